// The loop of a fit: rates from the schedule, an epoch, a validation, a line of results, and the callbacks around them.
import type { Task } from "../datasets/task.js";
import type { Schedule } from "../lr-range/schedules.js";
import type { FitProgress } from "./border/checkpoint.js";
import type { EpochResult } from "./border/report.js";
import type { Callback, FitState } from "./callbacks.js";
import type { Rates } from "./engine/training/steps.js";
import type { StepResults } from "./engine/training/trainer.js";
import type { AnyValidation } from "./engine/training/validation-of.js";
import { createSmoothLoss } from "./smooth-loss.js";

export interface FitLoop {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly schedule: Schedule;
  /** For schedules that leave it alone. */
  readonly momentum: number;
  /** See `Rates`. */
  readonly ratios: readonly number[];
  /** For the callbacks. */
  readonly groups: FitState["groups"];
  /** The first epoch's number in the results. */
  readonly firstEpoch: number;
  readonly callbacks: readonly Callback<Task>[];
  /** @param taken steps of the epoch that are taken already. */
  readonly trainEpoch: (
    rates: Rates,
    firstStep: number,
    onResults: (results: StepResults) => void,
    taken: number,
  ) => Promise<void>;
  readonly validate: () => Promise<AnyValidation>;
  /** Receives every epoch as soon as it is done, so that a cancelled fit leaves what it has. */
  readonly results: EpochResult<Task>[];
  /** How far it has come; default: it begins. */
  readonly progress?: FitProgress;
  /** Told of every step forward, so that a cancelled fit leaves it. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** Judges an epoch: whether the fit is to end with it, and which was the best. */
  readonly judge?: (
    result: EpochResult<Task>,
    progress: FitProgress,
  ) => Promise<Pick<FitProgress, "best" | "isStopped">>;
  /** Called between epochs. */
  readonly betweenEpochs?: () => Promise<void>;
  /** Called when all epochs are done, before `afterFit`. */
  readonly finish?: (progress: FitProgress) => Promise<void>;
}

export const noProgress: FitProgress = { epoch: 0, step: 0, smooth: { average: 0, count: 0 } };

/** @returns the epochs that it has trained: those that were done before are not told of. */
export async function runFit(loop: FitLoop): Promise<EpochResult<Task>[]> {
  const { epochs, stepsPerEpoch, groups, callbacks, results, firstEpoch } = loop;
  let { progress = noProgress } = loop;
  const before = results.length;
  const smooth = createSmoothLoss(progress.smooth);
  let stopped = progress.isStopped ?? false;
  const stop = (): void => {
    stopped = true;
  };
  const advance = (by: Partial<FitProgress>): void => {
    progress = { ...progress, smooth: smooth.state, ...by };
    loop.onProgress?.(progress);
  };
  let { epoch } = progress;
  const state = (): FitState<Task> => ({ epochs, epoch, stepsPerEpoch, groups, results, stop });
  // Steps run on while a callback that was told of them may still be at work: its failure is kept until they are done.
  const telling: Promise<void>[] = [];
  let failure: { readonly error: unknown } | undefined;
  const keep = (error: unknown): void => {
    failure ??= { error };
  };
  const tell = async (event: "beforeFit" | "beforeEpoch" | "afterFit"): Promise<void> => {
    for (const callback of callbacks) await callback[event]?.(state());
  };

  await tell("beforeFit");
  for (; epoch < epochs && !stopped; epoch++) {
    await tell("beforeEpoch");
    const started = performance.now();
    const rates = ratesOf(epoch, loop);
    const onResults = ({ first, losses }: StepResults): void => {
      smooth.add(losses);
      advance({ step: first + losses.length });
      const lrs = rates.lr.slice(first, first + losses.length);
      for (const callback of callbacks) {
        // Typed as giving nothing, it may be async all the same.
        const told: unknown = callback.afterSteps?.(state(), {
          first: epoch * stepsPerEpoch + first,
          losses: [...losses],
          lrs,
        });
        telling.push(Promise.resolve(told).then(() => {}, keep));
      }
    };
    await loop.trainEpoch(rates, epoch * stepsPerEpoch, onResults, progress.step);
    await Promise.all(telling.splice(0));
    if (failure) throw failure.error;
    const { loss: validLoss, metrics, ...scores } = await loop.validate();
    const accuracy = "accuracy" in scores && { accuracy: scores.accuracy };
    const seconds = (performance.now() - started) / 1000;
    const result = { epoch: firstEpoch + epoch, trainLoss: smooth.value, validLoss, ...accuracy, metrics, seconds };
    results.push(result);
    advance({ epoch: epoch + 1, step: 0, ...(await loop.judge?.(result, progress)) });
    stopped ||= progress.isStopped ?? false;
    for (const callback of callbacks) await callback.afterEpoch?.(state(), result);
    if (epoch + 1 < epochs && !stopped) await loop.betweenEpochs?.();
  }
  await loop.finish?.(progress);
  await tell("afterFit");
  return results.slice(before);
}

function ratesOf(epoch: number, { epochs, stepsPerEpoch, schedule, momentum, ratios }: FitLoop): Rates {
  const steps = Array.from({ length: stepsPerEpoch }, (_, i) =>
    schedule(epoch * stepsPerEpoch + i, epochs * stepsPerEpoch),
  );
  return { lr: steps.map((step) => step.lr), momentum: steps.map((step) => step.momentum ?? momentum), ratios };
}
