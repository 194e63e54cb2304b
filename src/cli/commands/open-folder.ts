// What train and lr-find begin with: a learner on photos, all photos read, and what is to be said about it.
import type { DataInfo } from "../../learner/border/info.js";
import { createLearnerOn } from "../../learner/create-learner.js";
import type { LrRange } from "../../learner/engine/training/range.js";
import type { Learner } from "../../learner/learner.js";
import type { Device } from "../../runtime/devices.js";
import type { Environment } from "../environment.js";
import { type LearnerFlags, photosAt } from "../options.js";
import type { Output } from "../output.js";

export interface OpenedFolder {
  readonly learner: Learner;
  readonly data: DataInfo;
}

/** The seed draws the split as well. The learner is the caller's to dispose of, unless this rejects. */
export async function openFolder(
  photos: string,
  { model, head, cut, seed, batchSize, device, cache, memoryLimit }: LearnerFlags,
  { host, signal }: Environment,
  output: Output,
): Promise<OpenedFolder> {
  const learner = await createLearnerOn(host, {
    model,
    head,
    ...(cut !== undefined && { cut }),
    data: photosAt(photos, seed),
    seed,
    batchSize,
    // Whether there is such a device is found out where it is opened.
    device: device as Device,
    cache: { memoryLimit: memoryLimit * 2 ** 20, ...(cache !== undefined && { folder: cache }) },
    signal,
    onProgress: output.progress,
  });
  try {
    const { classes, info } = learner;
    for (const notice of info.notices) output.note(`note: ${notice}`);
    output.note(`Model ${info.model} on ${info.device}, ${classes.length} classes: ${someOf(classes, 10)}`);
    const data = await learner.prepare({ signal, onProgress: output.progress });
    output.note(`Photos: ${data.train} to train on, ${data.valid} to validate on, ${data.skipped.length} skipped`);
    return { learner, data };
  } catch (error) {
    await learner.dispose();
    throw error;
  }
}

export const findRate = (learner: Learner, { signal }: Environment, output: Output): Promise<LrRange> =>
  learner.lrFind({ signal, onProgress: output.progress });

const someOf = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")}, …`;
