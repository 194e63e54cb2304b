// The classifier that was cut off a network, as what a linear head is made of: so that training can go on from it.
import type { Evaluate } from "../onnx/evaluate.js";
import { graphOf, type Model, type Value } from "../onnx/graph.js";
import { replaceValues } from "../onnx/rewrite.js";
import { normals, stream } from "../random.js";
import { float32, sizeOf, type Tensor } from "../tensor.js";
import type { Cut } from "./cut.js";

/** logits = features·weightᵀ + bias */
export interface OwnClassifier {
  /** [classes, features] */
  readonly weight: Tensor<"float32">;
  /** [classes] */
  readonly bias: Tensor<"float32">;
}

// 64 MiB of features at a time.
const mostNumbers = 2 ** 24;
/** By which it may miss, of the largest logit: it is float32 arithmetic in another order. */
const tolerance = 1e-4;

/**
 * Measured, whatever the classifier is written as: its logits of no features are the bias, those of one feature alone a
 * column of the weight besides.
 * @param whole the network with its classifier.
 * @returns why it cannot be had, in a part of a sentence, where there is no linear one.
 */
export async function ownClassifier(
  whole: Model,
  { route, featureCount, logits }: Pick<Cut, "route" | "featureCount" | "logits">,
  evaluate: Evaluate,
): Promise<OwnClassifier | string> {
  const { value, shape } = route.at(-1)!;
  if (!logits) return "no classifier was cut off";
  if (shape[1] !== featureCount) return "its classifier works on other features than a head does";
  // A map whose values are all alike has that value as its mean.
  const places = sizeOf(shape.slice(2));
  const at: Value = { name: "features", dtype: "float32", shape: ["batch", ...shape.slice(1)] };
  const { outputs } = replaceValues({ ...whole.graph, outputs: [logits] }, new Map([[value, at]]));
  const classifier: Model = { ...whole, graph: graphOf("classifier", [at], outputs) };
  const logitsOf = async (rows: number, fill: (row: Float32Array, index: number) => void): Promise<Float32Array> => {
    const features = float32([rows, ...shape.slice(1)]);
    const one = new Float32Array(featureCount);
    for (let row = 0; row < rows; row++) {
      fill(one.fill(0), row);
      for (let i = 0; i < features.data.length / rows; i++)
        features.data[row * featureCount * places + i] = one[Math.floor(i / places)]!;
    }
    return (await evaluate(classifier, { features }))[outputs[0]!.name]!.data as Float32Array;
  };
  const bias = await logitsOf(1, () => {});
  const classes = bias.length;
  const weight = float32([classes, featureCount]);
  const rowsPerRun = Math.max(1, Math.floor(mostNumbers / (featureCount * places)));
  for (let first = 0; first < featureCount; first += rowsPerRun) {
    const rows = Math.min(rowsPerRun, featureCount - first);
    const found = await logitsOf(rows, (row, i) => {
      row[first + i] = 1;
    });
    for (let i = 0; i < rows; i++)
      for (let c = 0; c < classes; c++) weight.data[c * featureCount + first + i] = found[i * classes + c]! - bias[c]!;
  }
  const linear = { weight, bias: float32([classes], bias) };
  const drawn = normals(featureCount, stream(0, "own-classifier"));
  // Probabilities hardly change while one class is far ahead: of large features, or their opposites, another one is.
  for (const size of [1, 1000, -1000]) {
    const trial = drawn.map((x) => size * x);
    if (!alike(await logitsOf(1, (row) => row.set(trial)), linearly(linear, trial)))
      return "its outputs are no linear function of its features: they are probabilities, or the like";
  }
  return linear;
}

function linearly({ weight, bias }: OwnClassifier, features: Float32Array): Float64Array {
  return Float64Array.from(bias.data, (sum, c) => {
    const row = weight.data.subarray(c * features.length, (c + 1) * features.length);
    return row.reduce((total, x, i) => total + x * features[i]!, sum);
  });
}

function alike(found: Float32Array, expected: Float64Array): boolean {
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return expected.every((x, i) => Math.abs(x - found[i]!) <= tolerance * largest);
}
