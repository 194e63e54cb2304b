// Early stopping, and the best epoch's weights: by what a fit finds its best epoch, and when it gives up waiting for a better
// one. As fast.ai's EarlyStoppingCallback and SaveModelCallback, and Keras's EarlyStopping.
import { checkFields, checkFlag, whole } from "../../arguments.js";
import type { Task } from "../../datasets/task.js";
import { invalidArgument } from "../../errors.js";
import type { Tracking } from "../border/checkpoint.js";
import type { MetricName } from "../engine/training/metric-names.js";

export interface EarlyStopping {
  /** What is to get better: a loss or error to fall, anything else to rise. Default "validLoss". */
  readonly monitor?: "trainLoss" | "validLoss" | "accuracy" | MetricName<Task>;
  /** Epochs that may go by without a better one; the fit ends after the last of them. Default 1, fast.ai's. */
  readonly patience?: number;
  /** By how much an epoch must be better to count as better; default 0. */
  readonly minDelta?: number;
}

export interface TrackingOptions {
  /** Ends the fit when its epochs get no better; `true` takes every default. Default: it goes on to its end. */
  readonly earlyStopping?: boolean | EarlyStopping;
  /** Whether the fit ends with the weights of its best epoch, not of its last. Default: where it stops early. */
  readonly restoreBest?: boolean;
}

/** @throws RegraftError "invalid-argument" */
export function trackingOf({ earlyStopping = false, restoreBest }: TrackingOptions): Tracking | undefined {
  checkFlag("restoreBest", restoreBest);
  const stops = earlyStopping !== false;
  const given = typeof earlyStopping === "boolean" ? {} : earlyStopping;
  const known = { monitor: true, patience: true, minDelta: true } as const;
  const { monitor = "validLoss", patience = 1, minDelta = 0 } = checkFields("earlyStopping", given, known);
  if (typeof monitor !== "string")
    throw invalidArgument("earlyStopping.monitor", "the name of a loss or metric", monitor);
  whole("earlyStopping.patience", patience, 1, 100_000);
  if (!(Number.isFinite(minDelta) && minDelta >= 0))
    throw invalidArgument("earlyStopping.minDelta", "a number of at least 0", minDelta);
  if (!stops && !restoreBest) return undefined;
  return { monitor, minDelta, ...(stops && { patience }), restoreBest: restoreBest ?? stops };
}

/**
 * Refuses a monitor that results do not have.
 * @param metrics all that results of the learner have beside losses.
 * @throws RegraftError "invalid-argument"
 */
export function checkMonitor(tracking: Tracking | undefined, metrics: readonly string[]): void {
  if (!tracking) return;
  const known = new Set(["trainLoss", "validLoss", ...metrics]);
  if (known.has(tracking.monitor)) return;
  const expected = `${[...known].join(", ")} or another that createLearner's \`metrics\` name`;
  throw invalidArgument("earlyStopping.monitor", expected, tracking.monitor);
}
