// What train and lr-find begin with: a learner, its photos read, and what is to be said about both.
import type { Task } from "../../datasets/task.js";
import type { DataInfo } from "../../learner/border/info.js";
import { createLearnerOn } from "../../learner/create-learner.js";
import type { LrRange } from "../../learner/engine/training/range.js";
import type { Learner } from "../../learner/learner.js";
import type { Device } from "../../runtime/devices.js";
import { type AugmentFlags, augmentFrom } from "../augment-options.js";
import type { Environment } from "../environment.js";
import { lossOption, photosAt } from "../label-options.js";
import type { LearnerFlags } from "../options.js";
import type { Output } from "../output.js";

/** The seed draws the split as well. The learner is the caller's to dispose of. */
export async function openFolder(
  photos: string,
  {
    model,
    head,
    cut,
    optimizer,
    seed,
    batchSize,
    stratified,
    device,
    cache,
    memoryLimit,
    ...flags
  }: LearnerFlags & AugmentFlags,
  { host, signal }: Environment,
  output: Output,
): Promise<Learner<Task>> {
  const data = photosAt(photos, seed, flags);
  const learner = await createLearnerOn(host, {
    model,
    head,
    ...(cut !== undefined && { cut }),
    optimizer,
    data,
    augment: augmentFrom(flags),
    loss: lossOption(data.task, flags),
    batches: stratified ? "stratified" : "shuffled",
    seed,
    batchSize,
    // Whether there is such a device is found out where it is opened.
    device: device as Device,
    cache: { memoryLimit: memoryLimit * 2 ** 20, ...(cache !== undefined && { folder: cache }) },
    signal,
    onProgress: output.progress,
  });
  sayOpened(learner, output);
  return learner;
}

export function sayOpened(learner: Learner, output: Output): void {
  const { classes, info } = learner;
  sayNotices(learner, output);
  output.note(`Model ${info.model}, ${counted(classes.length, words[info.task])}: ${someOf(classes, 10)}`);
  output.note(`Device ${info.reasons.device}`);
}

const words = {
  "single-label": ["class", "classes"],
  "multi-label": ["label", "labels"],
  regression: ["value", "values"],
} as const satisfies Readonly<Record<Task, readonly [string, string]>>;

const counted = (count: number, [one, many]: readonly [string, string]): string =>
  `${count} ${count === 1 ? one : many}`;

/** @param said those that were said already. */
export function sayNotices({ info }: Learner<Task>, output: Output, said: readonly string[] = []): void {
  for (const notice of info.notices) if (!said.includes(notice)) output.note(`note: ${notice}`);
}

export async function readPhotos(learner: Learner<Task>, { signal }: Environment, output: Output): Promise<DataInfo> {
  const data = await learner.prepare({ signal, onProgress: output.progress });
  output.note(`Photos: ${data.train} to train on, ${data.valid} to validate on, ${data.skipped.length} skipped`);
  return data;
}

/** @param spread see `lrFind`. */
export const findRate = (
  learner: Learner<Task>,
  { signal }: Environment,
  output: Output,
  spread?: number,
): Promise<LrRange> => learner.lrFind({ signal, onProgress: output.progress, ...(spread !== undefined && { spread }) });

/** A list that has room in a line. */
export const someOf = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")}, …`;
