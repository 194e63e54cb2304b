// Runs a frozen network: pixels in, features out, in runs short enough to be waited for.

import type { ImageTransform } from "../../../datasets/transform.js";
import { RegraftError } from "../../../errors.js";
import type { Cut, CutOptions } from "../../../heads/cut.js";
import type { Graph, Model } from "../../../onnx/graph.js";
import type { Session } from "../../../runtime/session.js";
import { sizeOf, type Tensor } from "../../../tensor.js";
import { turn } from "../turn.js";

/** A frozen network: a session with one input and one output, and that output's width. */
export interface FrozenNetwork {
  /** Absent: nothing is frozen, its features are the pixels. */
  readonly session?: Session | undefined;
  readonly featureCount: number;
  /** Photos it takes at a time, no more and no fewer; absent: any number. */
  readonly batch?: number;
}

export interface Network extends FrozenNetwork {
  readonly session: Session;
  /** The frozen part as a model: image in, features [N, F] out. */
  readonly model: Model;
  /** The network as imported, its own classifier included. */
  readonly whole: Graph;
  readonly cut: Cut;
  readonly transform: ImageTransform;
}

/** Where the caller wants the cut. */
export type CutRequest = Pick<CutOptions, "at" | "pool">;

/** Photos that are decoded, and at most run, together. */
export const photosPerRun = 8;
// Milliseconds that a run may hold the worker, as nothing can stop one: cancelling waits for it. Features do not depend
// on how photos are batched.
const longestRun = 200;

/** Runs the network on pixels [n, 3, H, W] in as many pieces as keep one run short. Returns features, row by row. */
export function boundedRuns({ session, featureCount, batch }: FrozenNetwork) {
  let rowsPerRun = batch ?? photosPerRun;
  return async ({ shape, data }: Tensor<"float32">, signal?: AbortSignal): Promise<Float32Array> => {
    if (!session) return data;
    const [count] = shape;
    const pixels = sizeOf(shape.slice(1));
    const features = new Float32Array(count! * featureCount);
    for (let row = 0; row < count!; ) {
      await turn(signal);
      const n = Math.min(rowsPerRun, count! - row);
      const photos = data.subarray(row * pixels, (row + n) * pixels);
      const piece = batch === undefined ? photos : filledUp(photos, batch * pixels);
      const started = performance.now();
      const rows = batch ?? n;
      const output = await runFrozen(session, { dtype: "float32", shape: [rows, ...shape.slice(1)], data: piece });
      if (batch === undefined && performance.now() - started > longestRun && rowsPerRun > 1) rowsPerRun >>= 1;
      if (output.length !== rows * featureCount) throw notByPhoto(output.length, rows, featureCount);
      features.set(output.subarray(0, n * featureCount), row * featureCount);
      row += n;
    }
    return features;
  };
}

/** With zeros, up to the length a network insists on. */
function filledUp(photos: Float32Array, length: number): Float32Array {
  if (photos.length === length) return photos;
  const filled = new Float32Array(length);
  filled.set(photos);
  return filled;
}

/** Features of pixels [n, 3, H, W], n small. */
export const featuresOf = (network: FrozenNetwork, pixels: Tensor<"float32">): Promise<Float32Array> =>
  boundedRuns(network)(pixels);

/** It has sizes in it that were right for the photos it was measured on. */
function notByPhoto(found: number, rows: number, featureCount: number): RegraftError {
  const message = `The network gives ${found} features for a batch of ${rows}, not ${featureCount} for each photo`;
  return new RegraftError(
    "runtime-failed",
    { operation: "run the network" },
    `${message}: it is made for other batches.`,
  );
}

async function runFrozen(session: Session, pixels: Tensor<"float32">): Promise<Float32Array> {
  const outputs = await session.run({ [session.inputNames[0]!]: pixels });
  return outputs[session.outputNames[0]!]!.data as Float32Array;
}
