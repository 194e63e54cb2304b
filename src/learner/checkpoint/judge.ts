// Whether an epoch is the best so far, and whether a fit has waited long enough for a better one.
import type { Task } from "../../datasets/task.js";
import type { BestEpoch, Tracking } from "../border/checkpoint.js";
import type { EpochResult } from "../border/report.js";

const falling: ReadonlySet<string> = new Set(["trainLoss", "validLoss", "errorRate", "mae", "mse", "rmse"]);

export interface Judgement {
  /** The best epoch so far. */
  readonly best: BestEpoch | undefined;
  readonly isBest: boolean;
  readonly isStopped: boolean;
}

/**
 * @param best the best epoch before this one.
 * @param firstEpoch the number of the fit's first.
 */
export function judge(
  { monitor, minDelta, patience }: Tracking,
  best: BestEpoch | undefined,
  result: EpochResult<Task>,
  firstEpoch: number,
): Judgement {
  const value = monitored(result, monitor);
  const gain = best === undefined ? Number.POSITIVE_INFINITY : (falling.has(monitor) ? -1 : 1) * (value - best.value);
  // What is not a number is never better.
  const isBest = gain > minDelta && !Number.isNaN(value);
  const now = isBest ? { epoch: result.epoch, value } : best;
  const waited = result.epoch - (now?.epoch ?? firstEpoch - 1);
  return { best: now, isBest, isStopped: patience !== undefined && waited >= patience };
}

function monitored(result: EpochResult<Task>, monitor: string): number {
  const own: unknown = result[monitor as keyof EpochResult<Task>];
  return (typeof own === "number" ? own : result.metrics[monitor]) ?? Number.NaN;
}
