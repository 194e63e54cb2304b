// Networks and what PyTorch says of their gradients and their training, see ../fixtures/make_gradients.py.
import { readFileSync } from "node:fs";
import type { Head } from "../../src/heads/head.js";
import { unfrozenHead } from "../../src/heads/unfrozen.js";
import { learntConstants } from "../../src/heads/weights.js";
import { normalise } from "../../src/onnx/normalise.js";
import { withoutAutoPad } from "../../src/onnx/passes/auto-pad.js";
import { measureTypes, withTypes } from "../../src/onnx/passes/measure-types.js";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import type { OptimizerOptions } from "../../src/optimizers/create-optimizer.js";
import { float32, int32 } from "../../src/tensor.js";
import { evaluate } from "./evaluate.js";

/** The length of a tensor, then its eight projections. */
export type Sketch = readonly number[];

export interface NetworkFixture {
  readonly training: { readonly lr: number; readonly losses: readonly number[] };
  readonly batches: readonly { readonly loss: number; readonly float32: readonly [number, number] }[];
  readonly zero: readonly string[];
  /** By weight, then by batch. */
  readonly gradients: Readonly<Record<string, readonly Sketch[]>>;
}

export interface TrainingFixture {
  /** The weights that have the first of the two rates. */
  readonly early: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly optimizer: OptimizerOptions;
    readonly clipNorm: number | null;
    readonly lr: readonly [number, number];
    readonly trainsBatchNorms: boolean;
    readonly losses: readonly number[];
    /** By weight. */
    readonly changes: Readonly<Record<string, Sketch>>;
    readonly statistics: Readonly<Record<string, readonly number[]>>;
  }[];
}

const folder = new URL("../fixtures/gradients/", import.meta.url);
const bytesOf = (file: string): Buffer => readFileSync(new URL(file, folder));
const jsonOf = (file: string): unknown => JSON.parse(bytesOf(file).toString());

export const networkFixture = (name: string): NetworkFixture => jsonOf(`${name}.json`) as NetworkFixture;
export const trainingFixtures = (jsonOf("training.json") as { networks: Readonly<Record<string, TrainingFixture>> })
  .networks;

const listing = jsonOf("photos.json") as { size: number; classes: number; batch: number; labels: number[][] };
const { size, batch, labels } = listing;
export const batchSize = batch;
export const batchCount = labels.length;
export const { classes } = listing;
/** Numbers of a photo. */
export const photoSize = 3 * size ** 2;

/** One batch after the other, in rows. */
export const photos = {
  // The same formula as in gradient_values.py.
  features: float32([batchCount * batch, photoSize], Float32Array.from(bytesOf("photos.bin"), pixelOf)),
  labels: int32([batchCount * batch], labels.flat()),
};

function pixelOf(byte: number): number {
  return (byte / 255 - 0.5) * 4;
}

/**
 * A network with its own classifier, all of it unfrozen, as what is trained on photos.
 * @param trainsBatchNorms lets running statistics move, and batches be normalised by their own.
 */
export async function networkOf(name: string, { trainsBatchNorms = false } = {}): Promise<Head> {
  const model = await normalise(readModel(bytesOf(`${name}.onnx`), { source: name }), name, evaluate);
  const some = (count: number) =>
    float32([count, 3, size, size], (photos.features.data as Float32Array).slice(0, count * photoSize));
  const types = await measureTypes(model, some, evaluate);
  const learnt = learntConstants(model.graph.nodes);
  const statistics = trainsBatchNorms ? learnt.statistics : [];
  const start = [...learnt.weights, ...statistics].map(({ name, value }) => [name, tensorOf(value.constant!)]);
  const graph = withoutAutoPad(withTypes(model.graph, types));
  const { weights } = learnt;
  return unfrozenHead({ graph, weights, statistics, norms: "running", start: Object.fromEntries(start) }, itself);
}

/** Takes the network's answers for logits. */
export const itself: Head = {
  parameters: {},
  buffers: {},
  byClass: [],
  masks: [],
  forward: (_, features) => features,
  forwardTraining: (_, features) => ({ logits: features, buffers: {}, rates: {} }),
};

/**
 * How far a tensor is from a sketched one: signs s are such that E[(s·a - s·b)²] = |a - b|², here the mean over eight.
 * Its own relative error is about a quarter.
 */
export function distance(data: Float32Array, [, ...projections]: Sketch): number {
  const own = projectionsOf(data);
  return Math.hypot(...projections.map((value, k) => value - own[k]!)) / Math.sqrt(projections.length);
}

/** The same signs as in gradient_values.py: the low bits of a hash of the element's index. */
function projectionsOf(data: Float32Array): number[] {
  const sums: number[] = Array(8).fill(0);
  for (const [i, value] of data.entries()) {
    let x = i + 1;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    for (let bit = 0; bit < 8; bit++) sums[bit]! += (x >>> bit) & 1 ? -value : value;
  }
  return sums;
}
