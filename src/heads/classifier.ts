// Walks back from an output to the layer that makes classes of features, or says why there is none.
import { listed } from "../errors.js";
import type { Bottleneck } from "../onnx/bottlenecks.js";
import type { Node, Value } from "../onnx/graph.js";
import { describeNode } from "../onnx/node-facts.js";

/** A bottleneck and the shape it has for a batch of photos. */
export interface Narrow extends Bottleneck {
  readonly shape: readonly number[];
}

export interface Classifier {
  /** The layer; several where networks that were taught by two teachers average two classifiers. */
  readonly layers: readonly Node[];
  /** Where on the route its features are. */
  readonly index: number;
}

const dense = new Set([
  ...["Gemm", "MatMul", "FusedGemm", "FusedMatMul", "MatMulNBits", "GemmFloat8"],
  ...["MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "QGemm", "QLinearMatMul"],
]);
const convolutions = new Set(["Conv", "FusedConv", "ConvInteger", "QLinearConv"]);

/** Of these the weight comes after the features' scale and zero point. */
const integers = new Set(["QGemm", "QLinearMatMul", "QLinearConv"]);

/** What may follow a dense classifier without changing which class wins: a bias, a scale, a softmax, another shape. */
const afterDense = new Set([
  ...["Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose"],
  ...["Add", "Sub", "Mul", "Div", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"],
  // The last ones are what a softmax is made of where it is written out.
  ...["Softmax", "LogSoftmax", "Sigmoid", "ReduceMax", "ReduceSum", "Exp", "Log"],
]);
/** Several dense classifiers are averaged besides. */
const afterSeveral = new Set([...afterDense, "Sum", "Mean"]);
/** After a convolution that classifies, every place of the map has voted: the votes are averaged. */
const afterConvolution = new Set([...afterDense, "Relu", "GlobalAveragePool", "AveragePool", "ReduceMean"]);

/** @param route the bottlenecks from the image to the output. */
export function findClassifier(route: readonly Narrow[]): Classifier | string {
  const [batch, ...rest] = route.at(-1)?.shape ?? [];
  if (batch === undefined) return "the image has no part in it";
  if (batch !== route[0]!.shape[0] || rest.length === 0 || rest.slice(1).some((size) => size !== 1))
    return `it is [${[batch, ...rest]}] for ${route[0]!.shape[0]} photos, not one row of classes for each`;
  const crossed: Node[] = [];
  for (let at = route.length - 1; at > 0; at--) {
    const before = route[at - 1]!;
    const { layers, after, sources } = endOf(route[at]!);
    const [layer, ...others] = layers;
    crossed.push(...after);
    const mayFollow =
      others.length > 0 ? afterSeveral : layer && dense.has(layer.opType) ? afterDense : afterConvolution;
    const strange = crossed.find(({ opType }) => !mayFollow.has(opType));
    if (strange) return `it ends in ${describeNode(strange)}, not in a classifier`;
    if (!layer) continue;
    if (sources.has(before.value)) return `${describeNode(layer)} makes only a part of it`;
    const refusal = others.length > 0 ? refusalOfSeveral(layers, before) : refusalOf(layer, route[at]!, before, batch);
    return refusal ?? { layers, index: at - 1 };
  }
  return "no dense layer or convolution computes it";
}

const isLayer = ({ opType }: Node): boolean => dense.has(opType) || convolutions.has(opType);

/** A block from its end. */
interface BlockEnd {
  /** The layers that no other layer comes after; none where the block has none. */
  readonly layers: readonly Node[];
  /** What comes after them, the last first. */
  readonly after: readonly Node[];
  /** All that this reads. */
  readonly sources: ReadonlySet<Value | undefined>;
}

function endOf({ value, nodes }: Narrow): BlockEnd {
  const sources = new Set<Value | undefined>([value]);
  const layers: Node[] = [];
  const after: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => sources.has(output))) continue;
    (isLayer(node) ? layers : after).push(node);
    // The scale of features that are quantized on the fly tells how large they are, not what is in them.
    if (isLayer(node) || node.opType === "DynamicQuantizeLinear") continue;
    for (const input of node.inputs) sources.add(input);
  }
  return { layers: layers.toReversed(), after, sources };
}

/** Classifiers that are averaged may each read what they like of features that they share. */
function refusalOfSeveral(layers: readonly Node[], { value, shape }: Narrow): string | undefined {
  const isShared = layers.every(({ opType }) => dense.has(opType)) && shape.length === 2 && value.producer;
  if (isShared) return undefined;
  const shown = layers.map((layer) => `${describeNode(layer)} (of "${layer.inputs[0]?.name}")`);
  return `${listed(shown, " and ")} lie side by side before it`;
}

function refusalOf(node: Node, block: Narrow, { value, shape }: Narrow, batch: number): string | undefined {
  if (!value.producer) return `${describeNode(node)} works on ${value.name}, an input of the model`;
  const moving = new Set([value, ...block.nodes.flatMap(({ outputs }) => outputs)]);
  const [data] = node.inputs;
  const weight = node.inputs[integers.has(node.opType) ? 3 : 1];
  if (moving.has(data) && moving.has(weight)) return `${describeNode(node)} has no constant weight`;
  if (convolutions.has(node.opType)) {
    if (shape.length !== 4 || shape[0] !== batch) return `${describeNode(node)} works on [${shape}], not on a map`;
    // Larger kernels, and convolutions of each channel for itself, look at places; these only tell classes apart.
    const pointwise = weight?.shape?.slice(2).every((size) => size === 1) && (node.attributes.group?.value ?? 1) === 1;
    return pointwise ? undefined : `it ends in ${describeNode(node)}, a convolution of more than single points`;
  }
  return shape.length === 2 && shape[0] === batch
    ? undefined
    : `the features of ${describeNode(node)} are [${shape}], not one row per photo`;
}
