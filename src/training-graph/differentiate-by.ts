// Reverse-mode differentiation from graph to graph. The walk knows nothing of operators, the rules nothing of the walk.
import { assert } from "../errors.js";
import type { Ops } from "../onnx/builder.js";
import { graphOf, type Node, type Value } from "../onnx/graph.js";
import { describeNode } from "../onnx/node-facts.js";
import { hasManyOutputs, type OpType } from "../onnx/schema.js";
import { type TypedValue, typed } from "../onnx/shapes/dims.js";
import { float32 } from "../tensor.js";
import { formOf, type Reach, refuseMissing } from "./reach-by.js";

/**
 * The gradients of a scalar `loss` by `parameters`, in their order and shapes, as values of a graph that continues the
 * one that computes `loss`.
 * @throws RegraftError "unsupported-op" naming every node on the way that has no rule.
 */
export type Differentiate = (op: Ops, loss: TypedValue, parameters: readonly Value[]) => TypedValue[];

/** Differentiates by the rules that `reach` goes by. */
export function differentiateBy({ dependents, derivativeOf, missingRules }: Reach): Differentiate {
  return (op, loss, parameters) => {
    assert(loss.shape.length === 0, `the loss must be a scalar, not [${loss.shape}]`);
    const { nodes } = graphOf("loss", parameters, [loss]);
    const active = dependents(nodes, parameters);
    const onTheWay = nodes.filter((node) => node.outputs.some((output) => output && active.has(output)));
    refuseMissing(missingRules(onTheWay, active));

    const gradients = new Map<Value, TypedValue>([[loss, op.constant("d_loss", float32([], [1]))]]);
    for (const node of onTheWay.toReversed()) {
      const dYs = node.outputs.map((output) => output && gradients.get(output));
      if (dYs.every((dY) => !dY)) continue;
      for (const [input, gradient] of backward({ op, derivativeOf }, node, dYs, active)) {
        const others = gradients.get(input);
        // Two at a time: WebGPU has no Sum.
        gradients.set(input, others ? op.Add(others, gradient) : gradient);
      }
    }
    return parameters.map((parameter) => {
      const gradient = gradients.get(parameter);
      assert(gradient, `the loss does not depend on ${parameter.name}`);
      return gradient;
    });
  };
}

/** One node's contributions to the gradients of its active inputs. */
function* backward(
  { op, derivativeOf }: { readonly op: Ops } & Pick<Reach, "derivativeOf">,
  node: Node,
  dYs: readonly (TypedValue | undefined)[],
  active: ReadonlySet<Value>,
): Generator<[Value, TypedValue]> {
  const scope = { op, dY: hasManyOutputs(node.opType as OpType) ? dYs : dYs[0], ...formOf(node) };
  for (const [i, input] of node.inputs.entries()) {
    const derivative = derivativeOf(node, i);
    if (!input || !active.has(input) || !derivative) continue;
    const gradient = derivative(scope, i);
    const { dtype, shape } = typed(input);
    assert(
      gradient.dtype === dtype && mayEqual(gradient.shape, shape),
      `the gradient of ${describeNode(node)} by input ${i} is ${gradient.dtype} [${gradient.shape}], not ${dtype} [${shape}]`,
    );
    yield [input, gradient];
  }
}

/** Sizes that are not numbers depend on the batch, and the runtime knows them. */
const mayEqual = (a: TypedValue["shape"], b: TypedValue["shape"]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i] || typeof dim !== "number" || typeof b[i] !== "number");
