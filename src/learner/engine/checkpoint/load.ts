// Reads where a learner stood, and puts another one there, if it is of the same network, photos and options.
import { hasGrown } from "../../../datasets/grown-dataset.js";
import type { CallContext } from "../../border/channel.js";
import type { TrainingRecord } from "../../border/checkpoint.js";
import type { LearnerState } from "../learner-state.js";
import { bitNotices, specDifferences } from "./differences.js";
import { type ReadCheckpoint, readNewest } from "./generations.js";
import { photoDifferences, photosFile } from "./photos-file.js";
import { checkpointMismatch, growFirst, otherPhotos } from "./refusals.js";
import { factsOf, plainSpec } from "./save.js";
import { fromTensors } from "./saved-state.js";

export interface LoadedCheckpoint {
  readonly training: TrainingRecord;
  /** Layer groups that are frozen. */
  readonly frozen: number;
  /** What the user should know, in sentences. */
  readonly notices: readonly string[];
  readonly note: unknown;
  /** See `photosFile`: those that could not be read are known later. */
  readonly photos: Uint8Array;
}

/** @throws RegraftError "invalid-checkpoint", "checkpoint-mismatch", "file-access"; all is then as it was */
export async function loadCheckpoint(
  learner: LearnerState,
  folder: string,
  signal: AbortSignal,
): Promise<LoadedCheckpoint> {
  const storage = await learner.platform.storage(folder);
  const read = await readNewest(storage, folder);
  signal.throwIfAborted();
  const { manifest, photos } = read;
  const { spec, photos: set } = learner.divided.learner;
  const here = { spec: plainSpec(spec), learner: await factsOf(learner.divided) };
  const other = specDifferences(manifest, here);
  const differences = [...other, ...photoDifferences(photos, photosFile(set, undefined))];
  const remedy = hasGrown(manifest.spec.data) && !hasGrown(spec.data) ? growFirst : undefined;
  if (differences.length > 0) throw (other.length > 0 ? checkpointMismatch : otherPhotos)(folder, differences, remedy);
  await restore(learner, read, folder, signal);
  const now = { ...here, learner: await factsOf(learner.divided) };
  return {
    training: manifest.training,
    frozen: manifest.position.frozen,
    notices: [...read.notices, ...bitNotices(manifest, now)],
    note: manifest.note,
    photos,
  };
}

async function restore(
  learner: LearnerState,
  { manifest, tensors, start: before }: ReadCheckpoint,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { state, learnt, best: kept } = fromTensors(tensors);
  const { epoch, step, start, frozen, best, thresholds } = manifest.position;
  const position = { state, epoch, step };
  const beforeFit = before && start ? { ...start, state: before } : position;
  await learner.restore(
    { frozen, learnt, position, beforeFit, best: best === "present" ? state : kept, thresholds },
    signal,
    (missing) => checkpointMismatch(folder, [`it has other weights (${missing})`]),
  );
}

export interface PhotosOf {
  readonly folder: string;
  readonly photos: Uint8Array;
}

/**
 * Reads the photos, and compares those that can be read with those of the checkpoint.
 * @throws RegraftError "checkpoint-mismatch", and what reading them throws
 */
export async function matchPhotos(
  learner: LearnerState,
  { folder, photos }: PhotosOf,
  context: CallContext,
): Promise<void> {
  const extraction = await learner.rows(context);
  const differences = photoDifferences(photos, photosFile(learner.divided.learner.photos, extraction));
  if (differences.length > 0) throw otherPhotos(folder, differences);
}
