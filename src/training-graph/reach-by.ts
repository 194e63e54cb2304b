// How far gradients reach by some rules: what depends on the parameters, and which nodes on the way have no rule.
import { RegraftError } from "../errors.js";
import { captured, type Node, subgraphs, type Value } from "../onnx/graph.js";
import { nodeName } from "../onnx/node-facts.js";
import { attributesOf, hasManyOutputs, inputNames, isVariadic, type OpType } from "../onnx/schema.js";
import type { TypedValue } from "../onnx/shapes/dims.js";

/** A rule of whatever operator. */
export type Rule = Readonly<Record<string, (scope: unknown, index: number) => TypedValue>>;

/** Rules by operator, and of those that are not for every form of theirs, whether they are for a node's. */
export interface Rules {
  readonly gradients: Readonly<Record<string, unknown>>;
  readonly coverage: Readonly<Record<string, unknown>>;
}

export interface Reach {
  ruleOf(node: Node): Rule | undefined;
  /** `parameters`, and what has a gradient by them: shapes, comparisons and what is computed from these have none. */
  dependents(nodes: readonly Node[], parameters: readonly Value[]): ReadonlySet<Value>;
  /** How the node's rule differentiates by this input; undefined where it does not, or where there is no rule. */
  derivativeOf(node: Node, index: number): Rule[string] | undefined;
  /**
   * Of `nodes`, those without a rule, or of which more is used than a rule tells of: statistics beside the first output, a
   * bound of Clip that depends on what is trained.
   */
  missingRules(nodes: readonly Node[], active: ReadonlySet<Value>): readonly Node[];
  /** What a gradient of `output` flows back to, by the rules there are. */
  influences(nodes: readonly Node[], output: Value): ReadonlySet<Value>;
}

export function reachBy({ gradients, coverage }: Rules): Reach {
  const ruleOf: Reach["ruleOf"] = ({ opType, domain }) =>
    domain === "" && Object.hasOwn(gradients, opType) ? (gradients[opType] as Rule) : undefined;

  function derivativeOf(node: Node, index: number): Rule[string] | undefined {
    const opType = node.opType as OpType;
    return ruleOf(node)?.[inputNames(opType)[isVariadic(opType) ? 0 : index]!];
  }

  /** Whether a gradient flows back to this input. A node without a rule might pass it on: it is refused later. */
  const passesOn = (node: Node, index: number): boolean => !ruleOf(node) || derivativeOf(node, index) !== undefined;

  /** Whether the node's rule is for what the node does: some are not for every form of their operator. */
  function isCovered(node: Node): boolean {
    // Without its sizes it lies above a node that nobody knows, which is refused for both.
    if (node.inputs.some((value) => value && !value.shape)) return true;
    const covers = coverage[node.opType] as ((form: unknown) => boolean) | undefined;
    return !covers || covers(formOf(node));
  }

  function dependents(nodes: readonly Node[], parameters: readonly Value[]): ReadonlySet<Value> {
    const active = new Set(parameters);
    for (const node of nodes) {
      const isReached = node.inputs.some((input, i) => input && active.has(input) && passesOn(node, i));
      // What a subgraph reads counts too: no rule knows of it.
      if (
        !isReached &&
        !subgraphs(node)
          .flatMap(captured)
          .some((value) => active.has(value))
      )
        continue;
      for (const output of node.outputs) if (output && isFloat(output)) active.add(output);
    }
    return active;
  }

  function missingRules(nodes: readonly Node[], active: ReadonlySet<Value>): readonly Node[] {
    const used = new Set(nodes.flatMap(({ inputs }) => inputs));
    return nodes.filter((node) => {
      const rule = ruleOf(node);
      if (!rule || !isCovered(node)) return true;
      // Steps and sizes have rules without any derivative: they pass nothing on, whatever they read.
      const isStep = Object.keys(rule).length === 0;
      if (!isStep && node.inputs.some((input, i) => input && active.has(input) && !passesOn(node, i))) return true;
      const others = hasManyOutputs(node.opType as OpType) ? [] : node.outputs.slice(1);
      return others.some((output) => output && active.has(output) && used.has(output));
    });
  }

  function influences(nodes: readonly Node[], output: Value): ReadonlySet<Value> {
    const reached = new Set([output]);
    for (const node of nodes.toReversed()) {
      if (!node.outputs.some((value) => value && reached.has(value))) continue;
      for (const [i, input] of node.inputs.entries()) if (input && derivativeOf(node, i)) reached.add(input);
    }
    return reached;
  }

  return { ruleOf, dependents, derivativeOf, missingRules, influences };
}

const isFloat = ({ dtype }: Value): boolean => dtype === undefined || /float/.test(dtype);

/** What a rule knows of the node but for gradients: its inputs by name, what it gives, its attributes. */
export function formOf(node: Node): object {
  const opType = node.opType as OpType;
  const names = inputNames(opType);
  const inputs = isVariadic(opType)
    ? { [names[0]!]: node.inputs }
    : Object.fromEntries(names.map((name, i) => [name, node.inputs[i]]));
  const Y = hasManyOutputs(opType) ? node.outputs : node.outputs[0];
  return { Y, attributes: attributesOf(opType, node), ...inputs };
}

/**
 * @param advice tells what can be done about it, in a sentence.
 * @throws RegraftError "unsupported-op" naming every one of the nodes, if there are any.
 */
export function refuseMissing(nodes: readonly Node[], advice = () => "Freeze the layers below."): void {
  if (nodes.length === 0) return;
  // A map: a file may call an operator "constructor".
  const byType = new Map<string, string[]>();
  for (const node of nodes) {
    const names = byType.get(node.opType);
    if (names) names.push(nodeName(node));
    else byType.set(node.opType, [nodeName(node)]);
  }
  const ops = Object.fromEntries(byType);
  const list = Object.entries(ops).map(([opType, names]) => `${opType} (${names.join(", ")})`);
  throw new RegraftError("unsupported-op", { ops }, `No gradient for ${list.join("; ")}. ${advice()}`);
}
