// What files in a folder of checkpoints are called: "checkpoint-000007.json", a manifest; "checkpoint-000007-<hash>.safetensors",
// its tensors; and what several of them share, "photos-<hash>.json" and "start-<hash>.safetensors".
import type { StoredFile } from "../features/storage.js";

const manifestName = /^checkpoint-(\d{6,15})\.json$/;
const tensorsName = /^checkpoint-(\d{6,15})-[0-9a-f]{16}\.safetensors$/;
const sharedName = /^(photos-[0-9a-f]{16}\.json|start-[0-9a-f]{16}\.safetensors)$/;

/** Of a checkpoint's files, without what comes behind its number. */
export const nameOf = (generation: number): string => `checkpoint-${String(generation).padStart(6, "0")}`;

export const isManifest = (name: string): boolean => manifestName.test(name);

/** Whose file it is, unless it is shared, or none of ours. */
export function generationOf(name: string): number | undefined {
  const digits = (manifestName.exec(name) ?? tensorsName.exec(name))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export const isOurs = (name: string): boolean => generationOf(name) !== undefined || sharedName.test(name);

/** The numbers of those that have a manifest, the newest first. */
export const generationsIn = (files: readonly StoredFile[]): number[] =>
  files
    .filter(({ name }) => isManifest(name))
    .map(({ name }) => generationOf(name)!)
    .sort((a, b) => b - a);

/** Bytes of a file; undefined where it is not there. */
export const sizeIn = (files: readonly StoredFile[], name: string): number | undefined =>
  files.find((file) => file.name === name)?.size;
