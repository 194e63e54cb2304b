// The network above the freeze boundary and the head on it, as one head: what is trained after unfreezing.
import type { Ops } from "../onnx/builder.js";
import type { Graph, Node, Value } from "../onnx/graph.js";
import { type Rewrite, rewriteNodes } from "../onnx/rewrite.js";
import { attributesOf } from "../onnx/schema.js";
import { type TypedValue, typed } from "../onnx/shapes/dims.js";
import type { Tensor } from "../tensor.js";
import { normaliseBatch } from "./batch-statistics.js";
import type { Head, Norms, Values } from "./head.js";

/** A constant of the network, by the name that training knows it by. */
export interface NamedConstant {
  readonly name: string;
  readonly value: Value;
}

export interface UnfrozenLayers {
  /** From the value at the freeze boundary, [N, ...], to the features [N, F]; all values are of known type and rank. */
  readonly graph: Graph;
  /** What is trained. */
  readonly weights: readonly NamedConstant[];
  /** Running statistics of batch normalisations that go on learning theirs: all others keep them as they are. */
  readonly statistics: readonly NamedConstant[];
  /** By what the head's own batch normalisations go. */
  readonly norms: Norms;
  /** Weights and statistics as training starts, by name. */
  readonly start: Readonly<Record<string, Tensor<"float32">>>;
}

/**
 * A head whose features are the rows of the freeze boundary, [N, C·H·W]. A network's dropout is not active: exporters
 * leave it out.
 */
export function unfrozenHead(layers: UnfrozenLayers, head: Head): Head {
  const { graph, weights, statistics, norms, start } = layers;
  const startOf = (constants: readonly NamedConstant[]) =>
    Object.fromEntries(constants.map(({ name }) => [name, start[name]!]));
  const constants = [...weights, ...statistics];

  /** The features as values of the graph that `op` writes. */
  const run = (op: Ops, rows: TypedValue, given: Values, rewrite: Rewrite = () => undefined): TypedValue => {
    const boundary = typed(graph.inputs[0]!);
    const sizes = boundary.shape.slice(1) as number[];
    const replacements = new Map<Value, Value>(constants.map(({ name, value }) => [value, given[name]!]));
    replacements.set(boundary, op.Reshape(rows, op.ints(0, ...sizes)));
    return typed(rewriteNodes(graph, rewrite, replacements).outputs[0]!);
  };

  return {
    parameters: { ...startOf(weights), ...head.parameters },
    buffers: { ...startOf(statistics), ...head.buffers },
    byClass: head.byClass,
    masks: head.masks,
    forward: (op, rows, given) => head.forward(op, run(op, rows, given), given),
    forwardTraining: (op, rows, given, masks) => {
      const names = new Map<Value, string>(statistics.map(({ name }) => [given[name]!, name]));
      const moved: Record<string, TypedValue> = {};
      const features = run(op, rows, given, (node) => trainedNorm(op, node, names, moved));
      const { logits, buffers, rates } = head.forwardTraining(op, features, given, masks, norms);
      return { logits, buffers: { ...moved, ...buffers }, rates };
    },
  };
}

/**
 * A batch normalisation by the batch's statistics; undefined for any other node, and for one whose statistics stay.
 * @param names of the running statistics that move; what they become is put into `moved`.
 */
function trainedNorm(
  op: Ops,
  node: Node,
  names: ReadonlyMap<Value, string>,
  moved: Record<string, TypedValue>,
): readonly TypedValue[] | undefined {
  if (node.opType !== "BatchNormalization" || node.domain !== "") return undefined;
  const [X, scale, bias, mean, variance] = node.inputs.map((value) => typed(value!)) as [TypedValue, ...TypedValue[]];
  const [meanName, varianceName] = [names.get(mean!), names.get(variance!)];
  if (meanName === undefined || varianceName === undefined) return undefined;
  const momentum = node.attributes.momentum?.type === "FLOAT" ? node.attributes.momentum.value : 0.9;
  // A layer that is called twice moves its statistics twice.
  const running = { mean: moved[meanName] ?? mean!, variance: moved[varianceName] ?? variance! };
  const { epsilon } = attributesOf("BatchNormalization", node);
  const norm = { scale: scale!, bias: bias!, running };
  const trained = normaliseBatch(op, X, norm, { epsilon, share: 1 - momentum });
  moved[meanName] = trained.running.mean;
  moved[varianceName] = trained.running.variance;
  return [trained.y];
}
