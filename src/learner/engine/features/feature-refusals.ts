// Why features of some photos cannot be had, or not be trained on.
import type { Skipped } from "../../../datasets/folder-photos.js";
import type { PhotoSet } from "../../../datasets/photo-set.js";
import { RegraftError } from "../../../errors.js";
import type { FeatureSource } from "./feature-source.js";
import type { Targets } from "./targets.js";

/**
 * @param option what its caller's option for `maxSkipped` is called.
 * @throws RegraftError "too-many-unreadable"
 */
export function refuseTooMany(
  all: readonly Skipped[],
  { photos, skipped: unlisted }: PhotoSet,
  maxSkipped: number,
  option = "image.maxSkipped",
): void {
  const skipped = all.filter(({ stray }) => !stray);
  const total = photos.length + unlisted.filter(({ stray }) => !stray).length;
  if (skipped.length <= maxSkipped * total) return;
  const examples = skipped.slice(0, 3).map(({ image, reason }) => `${image} (${reason})`);
  throw new RegraftError(
    "too-many-unreadable",
    { skipped, total },
    `${skipped.length} of ${total} photos cannot be read, more than ${option} = ${maxSkipped} allows: ` +
      `${examples.join("; ")}${skipped.length > 3 ? "; …" : ""}. Mend or remove them, or raise ${option}.`,
  );
}

/** @throws RegraftError "invalid-dataset" when a class has no photo to train on, or none is left to validate on. */
export function refuseEmpty(
  train: FeatureSource,
  valid: FeatureSource,
  { task, classes }: Pick<PhotoSet, "task" | "classes">,
): void {
  const empty = task === "regression" ? [] : classes.filter((_, c) => !hasLabel(train.labels, c));
  if (empty.length === 0 && valid.count > 0) return;
  const reason =
    empty.length > 0
      ? `no readable photo is left to train on for ${empty.map((name) => JSON.stringify(name)).join(", ")}`
      : "no readable photo is left to validate on";
  throw new RegraftError("invalid-dataset", { source: "photos", reason }, `Cannot train: ${reason}. Add photos.`);
}

/** Whether a row has it: as its class, or as one of its labels. */
function hasLabel({ dtype, shape, data }: Targets, label: number): boolean {
  if (dtype === "int32") return data.includes(label);
  const width = shape[1]!;
  return data.some((value, i) => value === 1 && i % width === label);
}

/**
 * NaN and infinity would end the training as if the learning rate were too high.
 * @throws RegraftError "unsupported-model"
 */
export function refuseNotFinite(features: Float32Array, photo: string, network: string): void {
  const bad = features.find((x) => !Number.isFinite(x));
  if (bad === undefined) return;
  const reason = `it gives features that are not finite numbers (${bad}) for ${photo}`;
  throw new RegraftError(
    "unsupported-model",
    { source: network, reason },
    `${network} cannot be used: ${reason}. Check that photos are prepared as the network was trained (image.mean, ` +
      "image.std), and that its weights are sound: converted to float16 or int8, some overflow.",
  );
}

/**
 * Refuses features that are all to be held in memory and do not fit.
 * @param width of a row.
 * @param advice what else helps, after a space.
 * @throws RegraftError "memory-limit"
 */
export function refuseTooLarge(photos: number, width: number, limit: number, advice = ""): void {
  const needed = photos * width * 4;
  if (needed <= limit) return;
  const message =
    `The features of ${photos} photos take ${mebibytes(needed)} MiB, more than cache.memoryLimit allows ` +
    `(${mebibytes(limit)} MiB). Raise cache.memoryLimit, or name a cache.folder to train from disk.${advice}`;
  throw new RegraftError("memory-limit", { needed, limit }, message);
}

/** Features are on disk, but the memory does not even hold a batch of them. */
export function batchTooLarge(photos: number, needed: number, limit: number, advice = ""): RegraftError {
  const message =
    `A batch of ${photos} photos takes ${needed} bytes of features, those to read it included, more than ` +
    `cache.memoryLimit allows (${limit}). Raise cache.memoryLimit, or lower batchSize.${advice}`;
  return new RegraftError("memory-limit", { needed, limit }, message);
}

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
