// A checkpoint's JSON file: all there is to know of a training beside its tensors, and the SHA-256 of itself and of the files
// that belong to it. The format alone.
import type { TrainingRecord } from "../../border/checkpoint.js";
import type { LearnerSpec } from "../../border/spec.js";
import { canonicalJson } from "../features/feature-key.js";
import { sha256 } from "../sha256.js";
import { invalidCheckpoint } from "./refusals.js";

/** To be raised when older code would misread what newer code writes. */
export const checkpointVersion = 1 as const;

/** A file beside the manifest. */
export interface FileRef {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly version: typeof checkpointVersion;
  /** Weights, running statistics and optimizer slots. */
  readonly tensors: FileRef;
  /** Which photos there are, and which of them validate. */
  readonly photos: FileRef;
  /** What the fit under way began with: that is gone back to when it diverges. Absent: with these tensors. */
  readonly start?: FileRef;
  readonly position: {
    /** The learner's epoch under way, or done, counted from 0 over all fits, and how many of its steps are taken. */
    readonly epoch: number;
    readonly step: number;
    /** The same as the fit under way began. */
    readonly start?: { readonly epoch: number; readonly step: number };
    /** Layer groups that are frozen. */
    readonly frozen: number;
    /** Where the weights of the fit's best epoch are, if they are kept: among the tensors, or they are the present ones. */
    readonly best: "kept" | "present" | "none";
    /** Of labels, where they were tuned. */
    readonly thresholds?: readonly number[];
  };
  /** Why no generator's state is here. */
  readonly random: string;
  readonly learner: LearnerFacts;
  /** With every default; a model given as bytes is "", a list of photos has no items. */
  readonly spec: LearnerSpec;
  readonly training: TrainingRecord;
  /** The caller's own. */
  readonly note?: unknown;
}

/** What a learner turned out to be on this machine. */
export interface LearnerFacts {
  readonly model: string;
  /** SHA-256 of the network from image to features, as it came. */
  readonly network: string;
  readonly classes: readonly string[];
  readonly device: string;
  readonly precision: "float32";
  /** Photos of a batch that are run together while layers are trained; null: whole batches, in one run. */
  readonly rowsPerRun: number | null;
  /** The folder of its features within `cache.folder`; null: none are kept. */
  readonly cacheKey: string | null;
}

export const randomness =
  "All that is drawn at random is a function of the seed, its purpose, the epoch and the step: the position is the state.";

const about = "A training's checkpoint, written by regraft: learner.load and learner.resume go on with it.";

export async function encodeManifest(manifest: Manifest): Promise<Uint8Array> {
  const check = await sha256(canonical(manifest));
  return new TextEncoder().encode(`${JSON.stringify({ about, sha256: check, ...manifest }, marked, 1)}\n`);
}

/**
 * @param source what errors call it.
 * @throws RegraftError "invalid-checkpoint"
 */
export async function decodeManifest(bytes: Uint8Array, source: string): Promise<Manifest> {
  const { about: _, sha256: check, ...manifest } = parsed(bytes, source);
  if (check !== (await sha256(canonical(manifest as Manifest)))) throw invalidCheckpoint(source, "it is damaged");
  if (manifest.version !== checkpointVersion) {
    const reason = `it is of version ${manifest.version}, not ${checkpointVersion}: the regraft that wrote it can load it`;
    throw invalidCheckpoint(source, reason);
  }
  const { tensors, photos, start, position, learner, spec, training } = manifest;
  const isWhole = isRef(tensors) && isRef(photos) && (start === undefined || isRef(start));
  if (!isWhole || ![position, learner, spec, training].every(isRecord))
    throw invalidCheckpoint(source, "it lacks what belongs to a checkpoint");
  return manifest as Manifest;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isRef = (value: unknown): value is FileRef =>
  isRecord(value) &&
  typeof value.file === "string" &&
  Number.isSafeInteger(value.bytes) &&
  typeof value.sha256 === "string";

function parsed(bytes: Uint8Array, source: string): Partial<Manifest> & { about?: unknown; sha256?: unknown } {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), unmarked) ?? {};
  } catch {
    throw invalidCheckpoint(source, "it is damaged");
  }
}

const canonical = (manifest: Manifest): Uint8Array =>
  // Twice, as fields that are undefined are not written.
  new TextEncoder().encode(canonicalJson(JSON.parse(JSON.stringify(manifest, marked))));

// JSON has no NaN and no infinity: a loss may be either, a limit the latter.
const marker = "not finite";
const marked = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? { [marker]: String(value) } : value;
// A class, or the caller's note, may have this very name for something else.
const unmarked = (_: string, value: unknown): unknown =>
  isRecord(value) && notFinite.has(value[marker]) ? Number(value[marker]) : value;
const notFinite: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity"]);
