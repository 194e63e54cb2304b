// Walks back from an output to the layer that makes classes of features, or says why there is none.
import type { Bottleneck } from "../onnx/bottlenecks.js";
import type { Node } from "../onnx/graph.js";

/** A bottleneck and the shape it has for a batch of photos. */
export interface Narrow extends Bottleneck {
  readonly shape: readonly number[];
}

export interface Classifier {
  readonly node: Node;
  /** Where on the route its features are. */
  readonly index: number;
}

const dense = new Set(["Gemm", "MatMul", "FusedGemm", "FusedMatMul", "MatMulInteger", "MatMulNBits", "GemmFloat8"]);
const convolutions = new Set(["Conv", "FusedConv", "ConvInteger"]);
const quantized = new Set(["QLinearMatMul", "QGemm", "QLinearConv", "DynamicQuantizeMatMul", "MatMulIntegerToFloat"]);

/** What may follow a dense classifier without changing which class wins: a bias, a scale, a softmax, another shape. */
const afterDense = new Set([
  ...["Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose"],
  ...["Add", "Sub", "Mul", "Div", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"],
  // The last ones are what a softmax is made of where it is written out.
  ...["Softmax", "LogSoftmax", "Sigmoid", "ReduceMax", "ReduceSum", "Exp", "Log"],
]);
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
    const { nodes } = route[at]!;
    const layers = nodes.filter(({ opType }) => dense.has(opType) || convolutions.has(opType) || quantized.has(opType));
    if (layers.length > 1) return `${layers.map(describe).join(" and ")} lie side by side before it`;
    const [node] = layers;
    crossed.push(...nodes.filter((other) => other !== node).reverse());
    const mayFollow = node && dense.has(node.opType) ? afterDense : afterConvolution;
    const strange = crossed.find(({ opType }) => !mayFollow.has(opType));
    if (strange) return `it ends in ${describe(strange)}, not in a classifier`;
    if (node) return refusalOf(node, route[at]!, route[at - 1]!, batch) ?? { node, index: at - 1 };
  }
  return "no dense layer or convolution computes it";
}

function refusalOf(node: Node, block: Narrow, { value, shape }: Narrow, batch: number): string | undefined {
  if (quantized.has(node.opType)) return `${describe(node)} is quantized: its features are no floats`;
  if (!value.producer) return `${describe(node)} works on ${value.name}, an input of the model`;
  const moving = new Set([value, ...block.nodes.flatMap(({ outputs }) => outputs)]);
  const [data, weight] = node.inputs;
  if (moving.has(data) && moving.has(weight)) return `${describe(node)} has no constant weight`;
  if (convolutions.has(node.opType)) {
    if (shape.length !== 4 || shape[0] !== batch) return `${describe(node)} works on [${shape}], not on a map`;
    // Larger kernels, and convolutions of each channel for itself, look at places; these only tell classes apart.
    const pointwise = weight?.shape?.slice(2).every((size) => size === 1) && (node.attributes.group?.value ?? 1) === 1;
    return pointwise ? undefined : `it ends in ${describe(node)}, a convolution of more than single points`;
  }
  return shape.length === 2 && shape[0] === batch
    ? undefined
    : `the features of ${describe(node)} are [${shape}], not one row per photo`;
}

export const describe = ({ opType, name, outputs }: Node): string =>
  `${opType} "${name || (outputs.find((output) => output)?.name ?? "")}"`;
