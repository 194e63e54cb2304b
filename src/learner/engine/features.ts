// Runs the frozen network once per photo and keeps what it says: the feature cache that heads are trained on.
import { type Batch, loadPixels } from "../../datasets/batches.js";
import type { ImageDecoder } from "../../datasets/decoder.js";
import type { Skipped } from "../../datasets/folder-photos.js";
import type { Photo, PhotoSet } from "../../datasets/photo-set.js";
import type { ImageTransform } from "../../datasets/transform.js";
import { assert, RegraftError } from "../../errors.js";
import type { Session } from "../../runtime/session.js";
import { sizeOf, type Tensor } from "../../tensor.js";

/** Features of photos in row order, with what the rows are. */
export interface Features {
  readonly features: Tensor<"float32">;
  readonly labels: Tensor<"int32">;
  readonly names: readonly string[];
}

export interface Extraction {
  readonly train: Features;
  readonly valid: Features;
  readonly skipped: readonly Skipped[];
}

/** A frozen network: a session with one input and one output, and that output's width. */
export interface FrozenNetwork {
  readonly session: Session;
  readonly featureCount: number;
}

export interface ExtractOptions {
  readonly network: FrozenNetwork;
  readonly photos: PhotoSet;
  readonly decoder: ImageDecoder;
  readonly transform: ImageTransform;
  /** Bytes that the features may take. */
  readonly memoryLimit: number;
  /** The share of photos that may be unreadable. */
  readonly maxSkipped: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

// Milliseconds that a run may hold the worker, as nothing can stop one: cancelling waits for it. Features do not depend
// on how photos are batched.
const longestRun = 200;
const batchSize = 8;

/**
 * Features of all photos; those that cannot be read are skipped and named.
 * @throws RegraftError "memory-limit" before anything is allocated, "too-many-unreadable", "invalid-dataset" when a
 * class loses all its photos; the signal's reason.
 */
export async function extractFeatures(options: ExtractOptions): Promise<Extraction> {
  const { network, photos: set, decoder, transform, memoryLimit, maxSkipped, signal, onProgress } = options;
  const { photos, classes } = set;
  const needed = photos.length * network.featureCount * 4;
  if (needed > memoryLimit) throw tooLarge(photos.length, needed, memoryLimit);
  const parts = { train: createPart(set, "train", network), valid: createPart(set, "valid", network) };
  const skipped: Skipped[] = [...set.skipped];
  refuseTooMany(skipped, set, maxSkipped);
  const run = boundedRuns(network);
  let seen = 0;
  for await (const batch of loadPixels(photos, decoder, transform, { batchSize, ahead: 2 * batchSize, signal })) {
    const rows = await run(batch.pixels, signal);
    for (const [i, photo] of batch.photos.entries()) parts[photo.split].add(photo, rows, i);
    skipped.push(...batch.skipped);
    seen += batch.photos.length + batch.skipped.length;
    onProgress(seen, photos.length);
    refuseTooMany(skipped, set, maxSkipped);
  }
  const [train, valid] = [parts.train.finish(), parts.valid.finish()];
  refuseEmpty(train, valid, classes);
  return { train, valid, skipped };
}

/** Runs the network on pixels [n, 3, H, W] in as many pieces as keep one run short. Returns features, row by row. */
function boundedRuns({ session, featureCount }: FrozenNetwork) {
  let rowsPerRun = batchSize;
  return async ({ shape, data }: Batch["pixels"], signal?: AbortSignal): Promise<Float32Array> => {
    const [count] = shape;
    const pixels = sizeOf(shape.slice(1));
    const features = new Float32Array(count! * featureCount);
    for (let row = 0; row < count!; ) {
      signal?.throwIfAborted();
      const n = Math.min(rowsPerRun, count! - row);
      const piece = data.subarray(row * pixels, (row + n) * pixels);
      const started = performance.now();
      const output = await runFrozen(session, { dtype: "float32", shape: [n, ...shape.slice(1)], data: piece });
      if (performance.now() - started > longestRun && rowsPerRun > 1) rowsPerRun >>= 1;
      assert(output.length === n * featureCount, `${output.length} features for ${n} photos of ${featureCount}`);
      features.set(output, row * featureCount);
      row += n;
    }
    return features;
  };
}

/** Features of pixels [n, 3, H, W], n small. */
export const featuresOf = ({ session, featureCount }: FrozenNetwork, pixels: Batch["pixels"]): Promise<Float32Array> =>
  boundedRuns({ session, featureCount })(pixels);

async function runFrozen(session: Session, pixels: Tensor<"float32">): Promise<Float32Array> {
  const outputs = await session.run({ [session.inputNames[0]!]: pixels });
  return outputs[session.outputNames[0]!]!.data as Float32Array;
}

/** Collects the rows of one split in memory taken once. */
function createPart({ photos }: PhotoSet, split: Photo["split"], { featureCount: width }: FrozenNetwork) {
  const data = new Float32Array(photos.filter((photo) => photo.split === split).length * width);
  const labels: number[] = [];
  const names: string[] = [];
  return {
    /** Takes row `i` of `rows` for `photo`. */
    add: ({ label, name }: Photo, rows: Float32Array, i: number): void => {
      data.set(rows.subarray(i * width, (i + 1) * width), names.length * width);
      labels.push(label);
      names.push(name);
    },
    finish: (): Features => ({
      features: { dtype: "float32", shape: [names.length, width], data: data.subarray(0, names.length * width) },
      labels: { dtype: "int32", shape: [names.length], data: Int32Array.from(labels) },
      names,
    }),
  };
}

function refuseTooMany(all: readonly Skipped[], { photos, skipped: unlisted }: PhotoSet, maxSkipped: number): void {
  const skipped = all.filter(({ stray }) => !stray);
  const total = photos.length + unlisted.filter(({ stray }) => !stray).length;
  if (skipped.length <= maxSkipped * total) return;
  const examples = skipped.slice(0, 3).map(({ image, reason }) => `${image} (${reason})`);
  throw new RegraftError(
    "too-many-unreadable",
    { skipped, total },
    `${skipped.length} of ${total} photos cannot be read, more than image.maxSkipped = ${maxSkipped} allows: ` +
      `${examples.join("; ")}${skipped.length > 3 ? "; …" : ""}. Mend or remove them, or raise image.maxSkipped.`,
  );
}

function refuseEmpty(train: Features, valid: Features, classes: readonly string[]): void {
  const empty = classes.filter((_, c) => !train.labels.data.includes(c));
  if (empty.length === 0 && valid.names.length > 0) return;
  const reason =
    empty.length > 0
      ? `no readable photo is left to train on for ${empty.map((name) => JSON.stringify(name)).join(", ")}`
      : "no readable photo is left to validate on";
  throw new RegraftError("invalid-dataset", { source: "photos", reason }, `Cannot train: ${reason}. Add photos.`);
}

function tooLarge(photos: number, needed: number, limit: number): RegraftError {
  const [mb, most] = [needed, limit].map((bytes) => Math.ceil(bytes / 2 ** 20));
  return new RegraftError(
    "memory-limit",
    { needed, limit },
    `The features of ${photos} photos take ${mb} MiB, more than cache.memoryLimit allows (${most} MiB). ` +
      "Raise cache.memoryLimit, or train on fewer photos.",
  );
}
