// Folds batch normalisations into the layers before them: a convolution that is scaled and shifted by channel is a
// convolution, of other weights.
import { float32, sizeOf, type Tensor } from "../../tensor.js";
import { constant } from "../emit.js";
import { consumers, createNode, type Graph, type Node, type Value } from "../graph.js";
import { integerOf } from "../node-facts.js";
import { rewriteNodes } from "../rewrite.js";
import { attributesOf } from "../schema.js";
import { tensorOf } from "../tensor-data.js";
import { prune } from "./prune.js";

/**
 * The same computation, but for rounding. By output channel of a Conv, ConvTranspose or Gemm that nothing but the norm
 * reads,
 *
 *     a = scale / √(var + ε),    W' = a·W,    b' = a·(b - mean) + B,
 *
 * in float64, rounded once. A norm stays after anything else, in subgraphs, where one of these is not a constant, and
 * where float32 cannot hold what comes out. New weights bear the old names; what other layers share stays beside them.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const readers = consumers(graph);
  const outputs = new Set(graph.outputs);
  const isAlone = (norm: Node, input: Value): boolean =>
    readers.get(input)?.every((reader) => reader === norm) === true && !outputs.has(input);
  const folded = rewriteNodes(graph, (node, before) => {
    const [input] = before.inputs;
    return isNorm(node) && input && isAlone(before, input) ? merged(node) : undefined;
  });
  return prune(folded);
}

const isNorm = ({ opType, domain, outputs }: Node): boolean =>
  opType === "BatchNormalization" && domain === "" && outputs.slice(1).every((output) => !output);

/** The norm's output, computed by the layer before it. */
function merged(norm: Node): Node["outputs"] | undefined {
  const [input, ...rest] = norm.inputs;
  const layer = input?.producer;
  const linear = layer && linearOf(layer);
  const [scale, B, mean, variance] = rest.map((value) => constantOf(value)?.data);
  if (!linear || !scale || !B || !mean || !variance || scale.length !== linear.bias.length) return undefined;

  const { weight, channelOf, bias } = linear;
  const { epsilon } = attributesOf("BatchNormalization", norm);
  const factors = Array.from(scale, (value, i) => value / Math.sqrt(variance[i]! + epsilon));
  const foldedWeight = weight.data.map((value, i) => value * factors[channelOf(i)]!);
  const foldedBias = Float32Array.from(bias, (value, i) => (value - mean[i]!) * factors[i]! + B[i]!);
  if (![foldedWeight, foldedBias].every((values) => values.every(Number.isFinite))) return undefined;

  const inputs = [
    layer.inputs[0],
    constant(layer.inputs[1]!.name, float32(weight.shape, foldedWeight)),
    constant(rest[1]!.name, float32([bias.length], foldedBias)),
  ];
  // Gemm's, which is in the bias.
  const { beta: _, ...attributes } = layer.attributes;
  return createNode({ ...layer, inputs, attributes }, norm.outputs.slice(0, 1)).outputs;
}

interface Linear {
  readonly weight: Tensor<"float32">;
  /** The output channel that an element of the weight is for. */
  channelOf(i: number): number;
  /** One for each output channel. */
  readonly bias: ArrayLike<number>;
}

/** What a layer computes, when its weights are constants. */
function linearOf(layer: Node): Linear | undefined {
  const weight = constantOf(layer.inputs[1]);
  const layout = weight && layoutOf(layer, weight.shape);
  if (!layout) return undefined;
  const { groups, rows, width, inner } = layout;
  const bias = biasOf(layer, groups * width);
  const channelOf = (i: number): number => {
    const m = Math.floor(i / inner);
    return Math.floor(m / (rows * width)) * width + (m % width);
  };
  return bias && { weight, channelOf, bias };
}

/** A weight seen as [groups, rows, width, inner]: element [g, _, m, _] is for output channel g·width + m. */
interface Layout {
  readonly groups: number;
  readonly rows: number;
  readonly width: number;
  readonly inner: number;
}

function layoutOf(layer: Node, shape: readonly number[]): Layout | undefined {
  const [first = 1, second = 1, ...kernel] = shape;
  if (layer.domain !== "") return undefined;
  switch (layer.opType) {
    // [M, C/group, ...kernel]
    case "Conv":
      return { groups: 1, rows: 1, width: first, inner: second * sizeOf(kernel) };
    // [C, M/group, ...kernel]
    case "ConvTranspose": {
      const groups = integerOf(layer, "group") ?? 1;
      return { groups, rows: first / groups, width: second, inner: sizeOf(kernel) };
    }
    // [K, N], or transposed [N, K]
    case "Gemm":
      return integerOf(layer, "transB")
        ? { groups: 1, rows: 1, width: first, inner: second }
        : { groups: 1, rows: first, width: second, inner: 1 };
    default:
      return undefined;
  }
}

/** Zeros where there is none; undefined for one that is no constant, or not the same for all rows of a Gemm. */
function biasOf(layer: Node, channels: number): ArrayLike<number> | undefined {
  const [, , input] = layer.inputs;
  if (!input) return new Float32Array(channels);
  const bias = constantOf(input);
  const isOfRows = bias && bias.data.length > 1 && (bias.data.length !== channels || bias.shape.at(-1) !== channels);
  if (!bias || isOfRows) return undefined;
  const beta = layer.opType === "Gemm" ? attributesOf("Gemm", layer).beta : 1;
  return Float64Array.from({ length: channels }, (_, i) => beta * bias.data[bias.data.length === 1 ? 0 : i]!);
}

function constantOf(value: Value | undefined): Tensor<"float32"> | undefined {
  const tensor = value?.constant && tensorOf(value.constant);
  return tensor?.dtype === "float32" ? (tensor as Tensor<"float32">) : undefined;
}
