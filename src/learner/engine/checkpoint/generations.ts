// A folder of checkpoints: the newest, and the one before it, should something happen to the newest. One is there once its
// manifest is, which is written last; each names its files with their SHA-256.
import { isRegraftError } from "../../../errors.js";
import type { Tensor } from "../../../tensor.js";
import type { Storage, StoredFile } from "../features/storage.js";
import { sha256 } from "../sha256.js";
import { generationOf, generationsIn, isManifest, isOurs, nameOf, sizeIn } from "./file-names.js";
import { decodeManifest, encodeManifest, type FileRef, type Manifest } from "./manifest.js";
import { invalidCheckpoint } from "./refusals.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { keepShared, type SharedFile } from "./shared-file.js";

/** What is written as one. */
export interface CheckpointContent {
  readonly manifest: Omit<Manifest, "tensors" | "photos" | "start">;
  readonly tensors: Tensors;
  /** See `photosFile`. */
  readonly photos: SharedFile;
  /** What the fit under way began with. */
  readonly start?: SharedFile | undefined;
}

type Tensors = Readonly<Record<string, Tensor>>;

export interface ReadCheckpoint {
  readonly manifest: Manifest;
  readonly tensors: Tensors;
  readonly photos: Uint8Array;
  /** Where the fit began, if that is somewhere else. */
  readonly start: Tensors | undefined;
  /** The manifest's name. */
  readonly name: string;
  /** Why newer ones were passed over, in sentences. */
  readonly notices: readonly string[];
}

/** Bytes of a manifest. A training of 100,000 epochs has some 20 MB. */
const largestManifest = 2 ** 28;
/** How many are kept. */
const kept = 2;

/** Whether there is one, sound or not. */
export const hasCheckpoint = async (storage: Storage): Promise<boolean> =>
  generationsIn(await storage.list()).length > 0;

/** Removes them all. */
export async function clearCheckpoints(storage: Storage): Promise<void> {
  // Manifests first: none is left that names a file which is gone.
  const ours = (await storage.list()).map(({ name }) => name).filter(isOurs);
  for (const name of [...ours.filter(isManifest), ...ours]) await storage.remove(name);
}

/**
 * Adds one, and removes those that are too old. What was there is left alone until the new one is complete.
 * @throws RegraftError "file-access"
 */
export async function writeCheckpoint(
  storage: Storage,
  { manifest, tensors, photos, start }: CheckpointContent,
): Promise<Manifest> {
  const files = await storage.list();
  const older = generationsIn(files);
  const name = nameOf((older[0] ?? 0) + 1);
  const photosRef = await keepShared(photos, (digits) => `photos-${digits}.json`, { storage, files });
  const startRef = start && (await keepShared(start, (digits) => `start-${digits}.safetensors`, { storage, files }));
  const bytes = writeSafetensors({ tensors, metadata: { format: "pt" } });
  const hash = await sha256(bytes);
  // With the hash, as another learner may be writing to this folder: its manifest is never taken for that of these tensors.
  const file = `${name}-${hash.slice(0, 16)}.safetensors`;
  const tensorsRef: FileRef = { file, bytes: bytes.length, sha256: hash };
  const refs = { tensors: tensorsRef, photos: photosRef, ...(startRef && { start: startRef }) };
  const complete: Manifest = { ...manifest, ...refs };
  try {
    await storage.write(tensorsRef.file, bytes);
    await storage.write(`${name}.json`, await encodeManifest(complete));
  } catch (error) {
    // On a disk that is full it would only be in the way.
    await storage.remove(tensorsRef.file).catch(() => {});
    throw error;
  }
  await removeTooOld(complete, storage);
  return complete;
}

const refsOf = ({ tensors, photos, start }: Manifest): FileRef[] => [tensors, photos, ...(start ? [start] : [])];

/**
 * Removes all that is older than the newest two, and shared files that neither they nor the one that was written have. What cannot
 * be removed, is left.
 */
async function removeTooOld(written: Manifest, storage: Storage): Promise<void> {
  const files = await storage.list();
  const shared = new Set(refsOf(written).map(({ file }) => file));
  let [found, oldest] = [0, 0];
  for (const generation of generationsIn(files)) {
    const source = `${nameOf(generation)}.json`;
    const manifest = await manifestNamed(source, { storage, files, source }).catch(() => undefined);
    // One that is damaged, or lacks a file, is of no use.
    if (!manifest || !refsOf(manifest).every(({ file, bytes }) => sizeIn(files, file) === bytes)) continue;
    for (const { file } of refsOf(manifest)) shared.add(file);
    if (++found < kept) continue;
    oldest = generation;
    break;
  }
  for (const { name } of files) {
    const generation = generationOf(name);
    // What is not older, another writer may be at work on; what a killed one has left grows old in its turn.
    const isNeeded = generation === undefined ? shared.has(name) : generation >= oldest;
    if (isOurs(name) && !isNeeded) await storage.remove(name).catch(() => {});
  }
}

/**
 * The newest that is, to the bit, what was written.
 * @param folder what errors call it.
 * @throws RegraftError "invalid-checkpoint" when there is none; "file-access"
 */
export async function readNewest(storage: Storage, folder: string): Promise<ReadCheckpoint> {
  return newestOf(storage, folder, async ({ tensors, photos, start }, files) => {
    const place = { storage, files, source: folder };
    const tensorsIn = async (ref: FileRef) => readSafetensors(await contentOf(ref, place), ref.file).tensors;
    return {
      tensors: await tensorsIn(tensors),
      photos: await contentOf(photos, place),
      start: start && (await tensorsIn(start)),
    };
  });
}

/** Its manifest alone; that the rest is sound is found out when it is read. */
export const readNewestManifest = async (storage: Storage, folder: string): Promise<Manifest> =>
  (await newestOf(storage, folder, async () => ({}))).manifest;

async function newestOf<R extends object>(
  storage: Storage,
  folder: string,
  more: (manifest: Manifest, files: readonly StoredFile[]) => Promise<R>,
  tries = 5,
): Promise<R & Pick<ReadCheckpoint, "manifest" | "name" | "notices">> {
  const files = await storage.list();
  const notices: string[] = [];
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
  // Where a writer is at work, there is by now a newer one than all that were tried.
  if (tries > 1 && generationsIn(await storage.list())[0] !== generationsIn(files)[0])
    return newestOf(storage, folder, more, tries - 1);
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
