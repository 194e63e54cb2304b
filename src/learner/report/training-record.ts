// What is kept of a training in the exported folder, so that a report can tell of it later: `training.json`.
import { RegraftError } from "../../errors.js";
import type { FitRecord, TrainingReport } from "../border/report.js";
import { parseJson } from "../engine/model/json.js";
import type { LrRange } from "../engine/training/range.js";
import type { CardInput } from "../export/card-input.js";
import { type Setting, settingsOf } from "./settings.js";

export const recordFile = "training.json";

export interface TrainingRecord {
  /** Of this file; other numbers are other contents. */
  readonly format: 1;
  /** The pretrained network's name. */
  readonly model: string;
  readonly classes: readonly string[];
  readonly settings: readonly Setting[];
  readonly photos: TrainingReport["photos"] | null;
  readonly fits: readonly FitRecord[];
  /** The last range test; null: there was none. */
  readonly range: RangeRecord | null;
}

export interface RangeRecord {
  /** Smoothed losses by rate: of each run, and the median's. */
  readonly runs: readonly Smoothed[];
  readonly median: Smoothed;
  readonly suggestion: LrRange["suggestion"];
}

export interface Smoothed {
  readonly lrs: readonly number[];
  readonly losses: readonly number[];
}

export function trainingRecord(input: CardInput): TrainingRecord {
  const { pretrained, classes, report } = input;
  const { fits, range, photos } = report;
  const smoothed = ({ lrs, smoothed }: LrRange["curve"]): Smoothed => ({
    lrs: lrs.map(rounded),
    losses: smoothed.map(rounded),
  });
  return {
    format: 1,
    model: pretrained.title,
    classes,
    settings: settingsOf(input),
    photos: photos ?? null,
    fits,
    range: range
      ? { runs: range.runs.map(smoothed), median: smoothed(range.curve), suggestion: range.suggestion }
      : null,
  };
}

/** Pictures have no use for more digits. */
const rounded = (value: number): number => Number(value.toPrecision(6));

/**
 * @param source names the file in errors.
 * @throws RegraftError "invalid-model" for what no export of ours has written
 */
export function readRecord(text: string, source: string): TrainingRecord {
  const record = parseJson<TrainingRecord>(text, source);
  const { format, settings, fits, range } = record;
  const isRecord =
    format === 1 &&
    [settings, fits].every(Array.isArray) &&
    fits!.every((fit) => Array.isArray(fit?.epochs) && Array.isArray(fit.groups)) &&
    (range === null || (Array.isArray(range?.runs) && Array.isArray(range.median?.lrs)));
  if (isRecord) return record as TrainingRecord;
  const reason = "it is no record of a training in this version's format";
  throw new RegraftError(
    "invalid-model",
    { source, reason },
    `Cannot read ${source}: ${reason}. Export the model again, or delete the file.`,
  );
}
