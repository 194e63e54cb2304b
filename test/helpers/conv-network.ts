// A convolutional classifier small enough to be trained in milliseconds: three stages of convolution, batch normalisation
// and ReLU, each at half the resolution of the one before.
import { createOps, type Ops } from "../../src/onnx/builder.js";
import { graphOf, type Model } from "../../src/onnx/graph.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { normals, stream } from "../../src/random.js";
import { float32, sizeOf } from "../../src/tensor.js";
import { input } from "./run-graph.js";

/** Pixels of its photos, each way. */
export const photoSize = 16;
const widths = [3, 4, 6, 8] as const;

/** Its layer groups, with the numbers in their kernels and in the scales and biases of their norms. */
export const convGroups = [
  { name: "8×8", parameters: 4 * 3 * 9 + 2 * 4 },
  { name: "4×4", parameters: 6 * 4 * 9 + 2 * 6 },
  { name: "2×2", parameters: 8 * 6 * 9 + 2 * 8 },
] as const;

/** By layer group, the names of its weights. */
export const convWeights = [1, 2, 3].map((stage) =>
  ["conv.weight", "norm.weight", "norm.bias"].map((name) => `stage${stage}.${name}`),
);
/** The same of running means and variances. */
export const convStatistics = [1, 2, 3].map((stage) =>
  ["running_mean", "running_var"].map((name) => `stage${stage}.norm.${name}`),
);

export interface ConvModelOptions {
  /** What is done to the feature map of a stage, counted from 1. */
  readonly after?: Readonly<Record<number, (op: Ops, map: TypedValue) => TypedValue>>;
  /** Default any number. */
  readonly batch?: number;
}

/** From an image to the logits of five classes. */
export function convModel({ after = {}, batch }: ConvModelOptions = {}): Model {
  const op = createOps();
  const image = input("image", [batch ?? "batch", 3, photoSize, photoSize]);
  let map = image;
  for (const stage of [1, 2, 3]) {
    map = stageOf(op, map, stage);
    map = after[stage]?.(op, map) ?? map;
  }
  const features = op.Flatten(op.GlobalAveragePool(map));
  const logits = op.Gemm(features, weightOf(op, "fc.weight", [5, widths[3]]), weightOf(op, "fc.bias", [5]), {
    transB: 1,
  });
  return { graph: graphOf("conv", [image], [logits]), opsets: { "": 18 }, metadata: {} };
}

function stageOf(op: Ops, map: TypedValue, stage: number): TypedValue {
  const [before, width] = [widths[stage - 1]!, widths[stage]!];
  const name = (rest: string) => `stage${stage}.${rest}`;
  // He's initialisation: activations neither grow nor shrink.
  const kernel = weightOf(op, name("conv.weight"), [width, before, 3, 3], Math.sqrt(2 / (9 * before)));
  const wide = op.Conv(map, kernel, undefined, { strides: [2, 2], pads: [1, 1, 1, 1] });
  const constants = [
    weightOf(op, name("norm.weight"), [width], 0.1, 1),
    weightOf(op, name("norm.bias"), [width], 0.1),
    weightOf(op, name("norm.running_mean"), [width], 0.1),
    weightOf(op, name("norm.running_var"), [width], 0.1, 1),
  ] as const;
  return op.Relu(op.BatchNormalization(wide, ...constants));
}

/** Normally distributed, drawn by the name. */
function weightOf(op: Ops, name: string, shape: readonly number[], deviation = 1, mean = 0): TypedValue {
  const drawn = normals(sizeOf(shape), stream(1, name));
  return op.constant(
    name,
    float32(
      shape,
      drawn.map((x) => mean + deviation * x),
    ),
  );
}
