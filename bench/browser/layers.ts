// A frozen network as TensorFlow.js computes it: channels last, batch normalisations folded and ReLU6 fused into the
// convolutions before them. What only EfficientNet-Lite0 and its like are made of, nothing else.
import { assert } from "../../src/errors.js";
import type { Graph, Node, Value } from "../../src/onnx/graph.js";
import { integerOf, integersOf } from "../../src/onnx/node-facts.js";
import { foldBatchNorm } from "../../src/onnx/passes/fold-batch-norm.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { float32, type Tensor } from "../../src/tensor.js";

/** `inputs`: which layers' outputs it reads, 0 being the photos and i + 1 the i-th layer. */
export type Layer = { readonly inputs: readonly number[] } & (
  | { readonly kind: "add" | "mean" }
  | {
      readonly kind: "conv2d" | "depthwiseConv2d";
      readonly stride: number;
      readonly activation: "linear" | "relu6";
      readonly filter: Stored;
      readonly bias: Stored;
    }
);

/** A tensor in the file of all weights, float32, from the element `start` on. */
interface Stored {
  readonly start: number;
  readonly shape: readonly number[];
}

/** The last layer's output is the features. */
export function layersOf(frozen: Graph): { readonly layers: readonly Layer[]; readonly weights: Float32Array } {
  const graph = foldBatchNorm(frozen);
  const layers: Layer[] = [];
  const weights: number[] = [];
  const places = new Map<Value, number>([[graph.inputs[0]!, 0]]);
  const placeOf = (value: Value | undefined): number => {
    const place = value && places.get(value);
    assert(place !== undefined, `no layer gives ${value?.name}`);
    return place;
  };
  const store = ({ shape, data }: Tensor<"float32">): Stored => {
    const start = weights.length;
    for (const value of data) weights.push(value);
    return { start, shape };
  };
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    const inputs = node.inputs.filter((value) => !value?.constant);
    switch (node.opType) {
      case "Conv":
        layers.push({ inputs: inputs.map(placeOf), ...convolution(node, store) });
        break;
      case "Clip": {
        const [, low, high] = node.inputs.map((value) => value?.constant && tensorOf(value.constant).data[0]);
        const last = layers.at(-1)!;
        assert(
          low === 0 && high === 6 && placeOf(inputs[0]) === layers.length && "filter" in last,
          "a ReLU6 after Conv",
        );
        layers[layers.length - 1] = { ...last, activation: "relu6" };
        break;
      }
      case "Add":
      case "GlobalAveragePool":
        layers.push({ inputs: inputs.map(placeOf), kind: node.opType === "Add" ? "add" : "mean" });
        break;
      case "Flatten":
        break;
      default:
        assert(false, `no layer for ${node.opType}`);
    }
    places.set(output!, layers.length);
  }
  return { layers, weights: Float32Array.from(weights) };
}

function convolution(node: Node, store: (tensor: Tensor<"float32">) => Stored) {
  const [filter, bias] = node.inputs.slice(1).map((value) => tensorOf(value!.constant!) as Tensor<"float32">);
  const [outputs, inputs, height] = filter!.shape;
  const [stride = 1] = integersOf(node, "strides") ?? [];
  const padding = height! - stride;
  const pads = integersOf(node, "pads");
  const same = [0, 0, 1, 1].map((end) => (padding + end) >> 1);
  assert(
    pads?.every((pad, i) => pad === same[i]),
    `padding of ${node.name} is "same" on sides that the stride divides`,
  );
  const depthwise = (integerOf(node, "group") ?? 1) > 1;
  assert(!depthwise || (integerOf(node, "group") === outputs && inputs === 1), `${node.name} is depthwise or whole`);
  return {
    kind: depthwise ? ("depthwiseConv2d" as const) : ("conv2d" as const),
    stride,
    activation: "linear" as const,
    filter: store(channelsLast(filter!)),
    bias: store(bias!),
  };
}

/** [O, I, H, W] → [H, W, I, O]; of a depthwise convolution, where I is 1, [H, W, O, I]. */
function channelsLast({ shape, data }: Tensor<"float32">): Tensor<"float32"> {
  const [outputs, inputs, height, width] = shape as [number, number, number, number];
  const taps = height * width;
  const reordered = float32([height, width, ...(inputs === 1 ? [outputs, 1] : [inputs, outputs])]);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let t = 0; t < taps; t++)
        reordered.data[(t * inputs + i) * outputs + o] = data[(o * inputs + i) * taps + t]!;
  return reordered;
}
