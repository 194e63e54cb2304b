// A folder of checkpoints: the newest, and the one before it, should something happen to the newest. One is there once its
// manifest is, which is written last; each names its files with their SHA-256.
import { isRegraftError } from "../../../errors.js";
import type { Tensor } from "../../../tensor.js";
import type { Storage, StoredFile } from "../features/storage.js";
import { sha256 } from "../sha256.js";
import { decodeManifest, encodeManifest, type FileRef, type Manifest } from "./manifest.js";
import { invalidCheckpoint } from "./refusals.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";

/** What is written as one. */
export interface CheckpointContent {
  readonly manifest: Omit<Manifest, "tensors" | "photos">;
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** See `photosFile`. */
  readonly photos: Uint8Array;
}

export interface ReadCheckpoint {
  readonly manifest: Manifest;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly photos: Uint8Array;
  /** The manifest's name. */
  readonly name: string;
  /** Why newer ones were passed over, in sentences. */
  readonly notices: readonly string[];
}

/** Bytes of a manifest. A training of 100,000 epochs has some 20 MB. */
const largestManifest = 2 ** 28;
/** How many are kept. */
const kept = 2;
const pattern = /^checkpoint-(\d{6,})\.json$/;
const nameOf = (generation: number): string => `checkpoint-${String(generation).padStart(6, "0")}`;
const isOurs = (name: string): boolean =>
  /^(checkpoint-\d{6,}\.(json|safetensors)|photos-[0-9a-f]{16}\.json)$/.test(name);

/** The numbers of those in a folder, the newest first. */
function generationsIn(files: readonly StoredFile[]): number[] {
  const numbers = files.flatMap(({ name }) => {
    const number = pattern.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers.sort((a, b) => b - a);
}

/** Whether there is one, sound or not. */
export const hasCheckpoint = async (storage: Storage): Promise<boolean> =>
  generationsIn(await storage.list()).length > 0;

/** Removes them all. */
export async function clearCheckpoints(storage: Storage): Promise<void> {
  // Manifests first: none is left that names a file which is gone.
  const ours = (await storage.list()).map(({ name }) => name).filter(isOurs);
  for (const name of [...ours.filter((name) => pattern.test(name)), ...ours]) await storage.remove(name);
}

/**
 * Adds one, and removes those that are too old. What was there is left alone until the new one is complete.
 * @throws RegraftError "file-access"
 */
export async function writeCheckpoint(
  storage: Storage,
  { manifest, tensors, photos }: CheckpointContent,
): Promise<Manifest> {
  const files = await storage.list();
  const older = generationsIn(files);
  const name = nameOf((older[0] ?? 0) + 1);
  const photosHash = await sha256(photos);
  const photosRef: FileRef = {
    file: `photos-${photosHash.slice(0, 16)}.json`,
    bytes: photos.length,
    sha256: photosHash,
  };
  const bytes = writeSafetensors({ tensors, metadata: { format: "pt" } });
  const tensorsRef: FileRef = { file: `${name}.safetensors`, bytes: bytes.length, sha256: await sha256(bytes) };
  const complete: Manifest = { ...manifest, tensors: tensorsRef, photos: photosRef };
  try {
    // The same for all of a training: written once.
    if (sizeIn(files, photosRef.file) !== photos.length) await storage.write(photosRef.file, photos);
    await storage.write(tensorsRef.file, bytes);
    await storage.write(`${name}.json`, await encodeManifest(complete));
  } catch (error) {
    // On a disk that is full it would only be in the way.
    await storage.remove(tensorsRef.file).catch(() => {});
    throw error;
  }
  await removeTooOld([name, ...older.map(nameOf)], storage);
  return complete;
}

/**
 * Removes all but the newest of these, and what writers that were killed have left. What cannot be removed, is left.
 * @param names from the newest on.
 */
async function removeTooOld(names: readonly string[], storage: Storage): Promise<void> {
  const files = await storage.list();
  const needed = new Set<string>();
  let found = 0;
  for (const name of names) {
    // Which photos one is of is in its manifest; one that is damaged is of no use.
    const manifest = await manifestNamed(`${name}.json`, { storage, files, source: name }).catch(() => undefined);
    if (!manifest) continue;
    for (const file of [`${name}.json`, manifest.tensors.file, manifest.photos.file]) needed.add(file);
    if (++found === kept) break;
  }
  for (const { name } of files) if (isOurs(name) && !needed.has(name)) await storage.remove(name).catch(() => {});
}

/**
 * The newest that is, to the bit, what was written.
 * @param folder what errors call it.
 * @throws RegraftError "invalid-checkpoint" when there is none; "file-access"
 */
export async function readNewest(storage: Storage, folder: string): Promise<ReadCheckpoint> {
  return newestOf(storage, folder, async (manifest, files) => ({
    tensors: readSafetensors(
      await contentOf(manifest.tensors, { storage, files, source: folder }),
      manifest.tensors.file,
    ).tensors,
    photos: await contentOf(manifest.photos, { storage, files, source: folder }),
  }));
}

/** Its manifest alone; that the rest is sound is found out when it is read. */
export const readNewestManifest = async (storage: Storage, folder: string): Promise<Manifest> =>
  (await newestOf(storage, folder, async () => ({}))).manifest;

async function newestOf<R extends object>(
  storage: Storage,
  folder: string,
  more: (manifest: Manifest, files: readonly StoredFile[]) => Promise<R>,
): Promise<R & Pick<ReadCheckpoint, "manifest" | "name" | "notices">> {
  const notices: string[] = [];
  const files = await storage.list();
  for (const generation of generationsIn(files)) {
    const name = `${nameOf(generation)}.json`;
    try {
      const manifest = await manifestNamed(name, { storage, files, source: `${folder}: ${name}` });
      return { ...(await more(manifest, files)), manifest, name, notices };
    } catch (error) {
      if (!isRegraftError(error, "invalid-checkpoint") && !isRegraftError(error, "file-access")) throw error;
      const reason = isRegraftError(error, "invalid-checkpoint") ? error.details.reason : error.message;
      notices.push(`${name} in ${folder} cannot be read (${reason.replace(/\.$/, "")}): the one before it is taken.`);
    }
  }
  const reason = notices.length === 0 ? "there is none in this folder" : "none in this folder can be read";
  const details = notices.map((notice) => notice.replace(/: the one before it is taken\.$/, ""));
  const remedy = notices.length === 0 ? "Give the folder that a fit's `checkpoint`, or save(), was given." : "";
  throw invalidCheckpoint(folder, [reason, ...details].join("; "), remedy);
}

/** Where a file is read from. */
interface Place {
  readonly storage: Storage;
  /** What is there. */
  readonly files: readonly StoredFile[];
  /** What errors call it. */
  readonly source: string;
}

const sizeIn = (files: readonly StoredFile[], name: string): number | undefined =>
  files.find((file) => file.name === name)?.size;

async function manifestNamed(name: string, { storage, files, source }: Place): Promise<Manifest> {
  const size = sizeIn(files, name) ?? 0;
  if (size > largestManifest) throw invalidCheckpoint(source, `it has ${size} bytes, more than ${largestManifest}`);
  const bytes = new Uint8Array(size);
  await storage.read(name, 0, bytes);
  return decodeManifest(bytes, source);
}

async function contentOf({ file, bytes: size, sha256: expected }: FileRef, { storage, files, source }: Place) {
  const found = sizeIn(files, file);
  const refuse = (what: string) => invalidCheckpoint(source, `${file} ${what}`);
  if (found === undefined) throw refuse("is gone");
  if (found !== size) throw refuse(`has ${found} bytes instead of ${size}`);
  const bytes = new Uint8Array(size);
  await storage.read(file, 0, bytes);
  if ((await sha256(bytes)) !== expected) throw refuse("is damaged");
  return bytes;
}
