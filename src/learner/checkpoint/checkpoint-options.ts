// The option `checkpoint` of fits: where and how often they write down where they stand.
import { checkFields, checkFolder, isObject } from "../../arguments.js";
import { invalidArgument } from "../../errors.js";
import type { CheckpointSpec } from "../border/checkpoint.js";

export interface CheckpointOptions {
  /** In a browser: of the files that it keeps for pages of this address. */
  readonly folder: string;
  /** Seconds between checkpoints within an epoch, beside the one after it; default 60. */
  readonly everySeconds?: number;
  /** Plain data of your own, kept in every checkpoint: `load` gives it back. */
  readonly note?: unknown;
}

/** @throws RegraftError "invalid-argument" */
export function checkpointOf(given: string | CheckpointOptions | undefined): CheckpointSpec | undefined {
  if (given === undefined) return undefined;
  const options = typeof given === "string" ? { folder: given } : given;
  if (!isObject(options)) throw invalidArgument("checkpoint", "a folder, or { folder, everySeconds, note }", given);
  const known = { folder: true, everySeconds: true, note: true } as const;
  const { folder, everySeconds = 60, note } = checkFields<CheckpointOptions>("checkpoint", options, known);
  checkFolder(folder);
  if (!(typeof everySeconds === "number" && everySeconds >= 0))
    throw invalidArgument("checkpoint.everySeconds", "a number of seconds", everySeconds);
  return { folder, everySeconds, ...(note !== undefined && { note: checkNote(note) }) };
}

/** Refuses what JSON cannot hold. */
export function checkNote(note: unknown): unknown {
  try {
    const text: unknown = JSON.stringify(note);
    if (text !== undefined) return note;
  } catch {}
  throw invalidArgument("note", "plain data", note);
}
