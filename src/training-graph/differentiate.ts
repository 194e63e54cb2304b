// Reverse-mode differentiation from graph to graph. The walk knows nothing of operators, the rules nothing of the walk.
import { assert, RegraftError } from "../errors.js";
import type { Ops } from "../onnx/builder.js";
import { graphOf, type Node, type Value } from "../onnx/graph.js";
import { attributesOf, inputNames, type OpType } from "../onnx/schema.js";
import { type TypedValue, typed } from "../onnx/shapes.js";
import { float32 } from "../tensor.js";
import { gradients } from "./gradients/index.js";

/**
 * The gradients of a scalar `loss` by `parameters`, in their order and shapes, as values of a graph that continues the
 * one that computes `loss`.
 * @throws RegraftError "unsupported-op" naming every node on the way that has no rule.
 */
export function differentiate(op: Ops, loss: TypedValue, parameters: readonly Value[]): TypedValue[] {
  assert(loss.shape.length === 0, `the loss must be a scalar, not [${loss.shape}]`);
  const { nodes } = graphOf("loss", parameters, [loss]);
  const active = dependents(nodes, parameters);
  const onTheWay = nodes.filter((node) => node.outputs.some((output) => output && active.has(output)));
  refuseMissingRules(onTheWay);

  const contributions = new Map<Value, TypedValue[]>([[loss, [op.constant("d_loss", float32([], [1]))]]]);
  const gradientOf = (value: Value): TypedValue | undefined => {
    const parts = contributions.get(value);
    if (!parts) return undefined;
    return parts.length === 1 ? parts[0] : op.Sum(parts);
  };
  for (const node of onTheWay.toReversed()) {
    const Y = typed(node.outputs[0]!);
    const dY = gradientOf(Y);
    if (!dY) continue;
    for (const [input, gradient] of backward(op, node, Y, dY, active)) {
      const parts = contributions.get(input);
      if (parts) parts.push(gradient);
      else contributions.set(input, [gradient]);
    }
  }
  return parameters.map((parameter) => {
    const gradient = gradientOf(parameter);
    assert(gradient, `the loss does not depend on ${parameter.name}`);
    return gradient;
  });
}

/** `parameters`, and what has a gradient by them: shapes, comparisons and what is computed from these have none. */
function dependents(nodes: readonly Node[], parameters: readonly Value[]): ReadonlySet<Value> {
  const active = new Set(parameters);
  for (const node of nodes) {
    if (!node.inputs.some((input, i) => input && active.has(input) && passesOn(node, i))) continue;
    for (const output of node.outputs) if (output && isFloat(output)) active.add(output);
  }
  return active;
}

/** Whether the node's rule differentiates by this input. A node without a rule might: it is refused later. */
function passesOn(node: Node, index: number): boolean {
  const rule = ruleOf(node);
  return !rule || inputNames(node.opType as OpType)[index]! in rule;
}

const isFloat = ({ dtype }: Value): boolean => dtype === undefined || /float/.test(dtype);

type Rule = Readonly<Record<string, (scope: unknown) => TypedValue>>;

const ruleOf = ({ opType, domain }: Node): Rule | undefined =>
  domain === "" && Object.hasOwn(gradients, opType)
    ? ((gradients as Record<string, unknown>)[opType] as Rule)
    : undefined;

/** One node's contributions to the gradients of its active inputs. */
function* backward(
  op: Ops,
  node: Node,
  Y: TypedValue,
  dY: TypedValue,
  active: ReadonlySet<Value>,
): Generator<[Value, TypedValue]> {
  const opType = node.opType as OpType;
  const rule = ruleOf(node)!;
  const names = inputNames(opType);
  const inputs = Object.fromEntries(names.map((name, i) => [name, node.inputs[i]]));
  const scope = { op, Y, dY, attributes: attributesOf(opType, node), ...inputs };
  for (const [i, input] of node.inputs.entries()) {
    const derivative = rule[names[i]!];
    if (!input || !active.has(input) || !derivative) continue;
    const gradient = derivative(scope);
    const { dtype, shape } = typed(input);
    assert(
      gradient.dtype === dtype && `${gradient.shape}` === `${shape}`,
      `${opType}'s gradient by ${names[i]} is ${gradient.dtype} [${gradient.shape}], not ${dtype} [${shape}] (node ${node.name})`,
    );
    yield [input, gradient];
  }
}

function refuseMissingRules(nodes: readonly Node[]): void {
  const missing = nodes.filter((node) => !ruleOf(node));
  if (missing.length === 0) return;
  // A map: a file may call an operator "constructor".
  const byType = new Map<string, string[]>();
  for (const { opType, name } of missing) {
    const names = byType.get(opType);
    if (names) names.push(name);
    else byType.set(opType, [name]);
  }
  const ops = Object.fromEntries(byType);
  const list = Object.entries(ops).map(([opType, names]) => `${opType} (${names.join(", ")})`);
  throw new RegraftError("unsupported-op", { ops }, `No gradient for ${list.join("; ")}. Freeze the layers below.`);
}
