// Brings a graph to the target opset, one version at a time: upwards by what each version changed, downwards by how the
// target says the same.
import { listed, RegraftError } from "../../errors.js";
import type { Graph, Node } from "../graph.js";
import { nodeName } from "../node-facts.js";
import { invalidModel } from "../proto.js";
import { rewriteNodes } from "../rewrite.js";
import { targetOpset } from "../schema.js";
import { emitFor, type OperatorRules, Refusal, type Rule } from "./rule.js";
import { rules } from "./rules.js";

/** Before 7, the arithmetic operators broadcast by attributes, and dropout and batch-normalization had a test mode. */
export const oldestOpset = 7;
/** The newest one that onnxruntime 1.30 takes. */
export const newestOpset = 26;

/**
 * The same computation in the target opset: every node of ONNX's own domain, those of subgraphs included; other domains
 * stay. Outputs keep their names. `auto_pad` stays too: every opset knows it, and what it means depends on sizes that
 * may not be known here. In a function's body, references to the function's attributes must be replaced before.
 * @param from the opset of ONNX's own domain that the graph is written in
 * @param source names the model in errors
 * @throws RegraftError "unsupported-model" for an opset outside 7…26, and for nodes that say what the target cannot, all
 * of them listed; "invalid-model" when a node lacks what its operator demands
 */
export function convertOpset(graph: Graph, from: number, source: string): Graph {
  requireSupported(from, source);
  const refused = new Map<unknown, Refused>();
  const apply = (rule: Rule | undefined, node: Node): Node["outputs"] | undefined => {
    // Rebuilt nodes still have the message that they were read from.
    const origin = node.proto ?? node;
    if (!rule || refused.has(origin)) return undefined;
    try {
      const outputs = rule(node, emitFor(node));
      const extra = node.outputs.find((value, i) => value && !outputs[i]);
      if (extra) throw new Refusal(`its output ${JSON.stringify(extra.name)} is one more than the operator has`, true);
      return outputs;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { message: reason, isUnsound } = error;
      const name = nameOf(node);
      if (isUnsound) throw invalidModel(source, `in ${node.opType} ${JSON.stringify(name)}, ${reason}`, { node: name });
      refused.set(origin, { opType: node.opType, name: JSON.stringify(name), reason });
      return undefined;
    }
  };
  const converted = stepsFrom(from).reduce(
    (current, ruleOf) => rewriteNodes(current, (node) => apply(node.domain === "" ? ruleOf(node) : undefined, node)),
    graph,
  );
  if (refused.size > 0) throw inconvertible([...refused.values()], from, source);
  return converted;
}

interface Refused {
  readonly opType: string;
  readonly name: string;
  readonly reason: string;
}

type Step = (node: Node) => Rule | undefined;

/** Downwards the target's own version is a step too: what is deprecated there has a rule. */
function stepsFrom(from: number): readonly Step[] {
  const count = Math.abs(from - targetOpset);
  return from < targetOpset
    ? Array.from({ length: count }, (_, i) => (node) => rulesOf(node)?.up?.[from + 1 + i])
    : Array.from({ length: count + 1 }, (_, i) => (node) => rulesOf(node)?.down?.[from - i]);
}

const rulesOf = ({ opType }: Node): OperatorRules | undefined =>
  Object.hasOwn(rules, opType) ? rules[opType] : undefined;

const nameOf = (node: Node): string => nodeName(node) || node.opType;

function requireSupported(from: number, source: string): void {
  if (Number.isInteger(from) && from >= oldestOpset && from <= newestOpset) return;
  const reason =
    from < oldestOpset
      ? `it is written in ONNX opset ${from}, and ${oldestOpset} is the oldest that regraft reads`
      : `it is written in ONNX opset ${from}, and ${newestOpset} is the newest that regraft reads`;
  throw new RegraftError("unsupported-model", { source, reason }, `Cannot use ${source}: ${reason}. ${remedy}`);
}

const remedy = `Export it again with opset ${targetOpset}, in PyTorch torch.onnx.export(…, opset_version=${targetOpset}).`;

function inconvertible(refused: readonly Refused[], from: number, source: string): RegraftError {
  const groups = new Map<string, { readonly opType: string; readonly reason: string; readonly names: string[] }>();
  for (const { opType, reason, name } of refused) {
    const group = groups.get(`${opType} ${reason}`) ?? { opType, reason, names: [] };
    groups.set(`${opType} ${reason}`, group);
    group.names.push(name);
  }
  const reason = [...groups.values()]
    .map(({ opType, names, reason }) => `${opType} ${listed(names)}: ${reason}`)
    .join("; ");
  const message = `Cannot bring ${source} from ONNX opset ${from} to ${targetOpset}, in which regraft works. ${reason}. ${remedy}`;
  return new RegraftError("unsupported-model", { source, reason }, message);
}
