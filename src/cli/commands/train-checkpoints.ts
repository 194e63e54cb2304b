// The checkpoints of `regraft train`: where they lie, what is kept with them to go on by, and when they go.
import { readdir, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isObject } from "../../arguments.js";
import type { Task } from "../../datasets/task.js";
import { invalidArgument, isRegraftError } from "../../errors.js";
import type { ExportForms } from "../../learner/border/report.js";
import { type LoadOptions, loadLearnerOn } from "../../learner/checkpoint/load-learner.js";
import { clearCheckpoints, hasCheckpoint, readNewestManifest } from "../../learner/engine/checkpoint/generations.js";
import type { Manifest } from "../../learner/engine/checkpoint/manifest.js";
import { invalidCheckpoint } from "../../learner/engine/checkpoint/refusals.js";
import type { Platform } from "../../learner/engine/platform.js";
import type { Learner } from "../../learner/learner.js";
import { failed } from "../../learner/node/files.js";
import { draftPrefix } from "../../learner/node/storage.js";
import { checkWritable } from "../../learner/node/writable.js";
import type { Environment } from "../environment.js";
import { type LabelFlags, photosAt } from "../label-options.js";
import type { Output } from "../output.js";

/** What an interrupted command needs beside the learner's own checkpoint. */
export interface TrainNote {
  readonly command: "train";
  /** Where paths start from. */
  readonly cwd: string;
  readonly photos: string;
  /** What the photos are labelled with. */
  readonly labels: LabelFlags;
  readonly out: string;
  readonly lr: number;
  readonly forms: ExportForms;
  /** Whether the checkpoints stay when all is done. */
  readonly keep: boolean;
  /** Whether labels get thresholds of their own at the end. */
  readonly tuneThresholds?: true;
  /** The file of the report, if one is wanted. */
  readonly report?: string;
}

/** The folder to write to; nothing where none is wanted. */
export const checkpointFolder = (given: string | boolean | undefined, out: string): string | undefined =>
  given === false ? undefined : typeof given === "string" ? given : `${out.replace(/[/\\]+$/, "")}.checkpoint`;

/**
 * Before photos are read that it could not keep what is learnt of.
 * @param keep whether checkpoints stay there: the next training replaces them, unless they are to be gone on with.
 * @throws RegraftError "file-access"; "invalid-argument" for the export's folder, which holds nothing but the export, and for one
 * with an interrupted training that is not set aside
 */
export async function checkCheckpointFolder(
  folder: string,
  { out, keep }: Pick<TrainNote, "out" | "keep">,
  { storage }: Pick<Platform, "storage">,
): Promise<void> {
  if (resolve(folder) === resolve(out))
    throw invalidArgument("--checkpoint", "another folder than that of --out", folder);
  await checkWritable(folder);
  const newest = keep ? await readNewestManifest(await storage(folder), folder).catch(() => undefined) : undefined;
  if (!newest?.training.agenda) return;
  const remedy = `To go on with it: ${goOn(folder)}. To begin anew, remove it, or name another folder.`;
  throw invalidArgument("--checkpoint", "a folder without an interrupted training", folder, remedy);
}

/** Moves what an earlier, interrupted training has left out of the way of a new one. */
export async function setAside(folder: string, { platform }: Environment, output: Output): Promise<void> {
  if (!(await hasCheckpoint(await platform.storage(folder)))) return;
  const old = `${folder}.old`;
  try {
    await rm(old, { recursive: true, force: true });
    await rename(folder, old);
  } catch (cause) {
    failed(old, "write", cause);
  }
  output.note(`note: An interrupted training was in ${folder}. This one starts anew; to go on with that: ${goOn(old)}`);
}

/** Removes checkpoints, and their folder if nothing else is in it. */
export async function removeCheckpoints(folder: string, { platform }: Environment): Promise<void> {
  await clearCheckpoints(await platform.storage(folder));
  const left = await readdir(folder).catch(() => []);
  for (const name of left.filter((name) => name.startsWith(draftPrefix))) await rm(join(folder, name), { force: true });
  await rmdir(folder).catch(() => {});
}

/** Says how to go on, if that makes sense. */
export async function sayHowToGoOn(
  folder: string,
  error: unknown,
  { platform }: Environment,
  output: Output,
): Promise<void> {
  if (isRegraftError(error, "diverged")) return;
  const isThere = await hasCheckpoint(await platform.storage(folder)).catch(() => false);
  if (isThere) output.note(`To go on from the last checkpoint: ${goOn(folder)}`);
}

const goOn = (folder: string): string =>
  `regraft train --resume ${/^[\w./\\:-]+$/.test(folder) ? folder : JSON.stringify(folder)}`;

/** @throws RegraftError "invalid-checkpoint", and what `loadLearner` throws */
export async function openCheckpoint(
  folder: string,
  { host, platform, signal }: Environment,
  output: Output,
): Promise<{ readonly learner: Learner<Task>; readonly note: TrainNote }> {
  await refuseNone(folder, platform);
  const { note, spec } = await readNewestManifest(await platform.storage(folder), folder);
  if (!isTrainNote(note))
    throw invalidCheckpoint(folder, "no `regraft train` has written it", "loadLearner() in a program goes on with it.");
  const options: LoadOptions<Task> = { signal, onProgress: output.progress };
  // Paths start from where they were written.
  const here = (path: string): string => (note.cwd === process.cwd() ? path : resolve(note.cwd, path));
  const learner = await loadLearnerOn<Task>(
    host,
    folder,
    note.cwd === process.cwd() ? options : { ...options, ...(await moved(spec, note, here)) },
  );
  const report = note.report === undefined ? {} : { report: here(note.report) };
  return { learner, note: { ...note, ...report, out: here(note.out), photos: here(note.photos) } };

  async function moved({ model, data, cache }: Manifest["spec"], { photos, labels }: TrainNote, at: typeof here) {
    const isFile = (await platform.files.kind(at(String(model)))) !== undefined;
    return {
      data: photosAt(at(photos), data.seed, labels.root === undefined ? labels : { ...labels, root: at(labels.root) }),
      ...(isFile && { model: at(String(model)) }),
      ...(cache.folder !== undefined && { cache: { ...cache, folder: at(cache.folder) } }),
    };
  }
}

/** Says what becomes of a training that was ended before its first checkpoint. */
async function refuseNone(folder: string, { storage, files }: Platform): Promise<void> {
  const isIn = async (place: string) => hasCheckpoint(await storage(place)).catch(() => false);
  if (await hasCheckpoint(await storage(folder))) return;
  const bare = folder.replace(/[/\\]+$/, "");
  for (const place of [`${bare}.checkpoint`, `${bare}.old`])
    if (await isIn(place)) throw invalidCheckpoint(folder, "there is none", `There is one in ${place}: ${goOn(place)}`);
  const isThere = (await files.kind(folder)) !== undefined;
  throw invalidCheckpoint(
    folder,
    isThere ? "there is none in this folder" : "there is no such folder",
    "There are some from when photos are read and a rate is found until all is done. A training that ended before is begun " +
      "again by its own command; with --cache <folder>, photos that were read by then are not read again.",
  );
}

const isTrainNote = (note: unknown): note is TrainNote =>
  isObject(note) && (note as Partial<TrainNote>).command === "train";
