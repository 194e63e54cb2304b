// The loop of a fit: rates from the schedule, an epoch, a validation, a line of results, and the callbacks around them.
import type { Task } from "../datasets/task.js";
import type { Schedule } from "../lr-range/schedules.js";
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
  readonly trainEpoch: (rates: Rates, firstStep: number, onResults: (results: StepResults) => void) => Promise<void>;
  readonly validate: () => Promise<AnyValidation>;
  /** Receives every epoch as soon as it is done, so that a cancelled fit leaves what it has. */
  readonly results: EpochResult<Task>[];
}

export async function runFit(loop: FitLoop): Promise<EpochResult<Task>[]> {
  const { epochs, stepsPerEpoch, groups, callbacks, results, firstEpoch } = loop;
  const smooth = createSmoothLoss();
  let stopped = false;
  let epoch = 0;
  const stop = (): void => {
    stopped = true;
  };
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
    await loop.trainEpoch(rates, epoch * stepsPerEpoch, ({ first, losses }) => {
      smooth.add(losses);
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
    });
    await Promise.all(telling.splice(0));
    if (failure) throw failure.error;
    const { loss: validLoss, metrics, ...scores } = await loop.validate();
    const accuracy = "accuracy" in scores && { accuracy: scores.accuracy };
    const seconds = (performance.now() - started) / 1000;
    const result = { epoch: firstEpoch + epoch, trainLoss: smooth.value, validLoss, ...accuracy, metrics, seconds };
    results.push(result);
    for (const callback of callbacks) await callback.afterEpoch?.(state(), result);
  }
  await tell("afterFit");
  return [...results];
}

function ratesOf(epoch: number, { epochs, stepsPerEpoch, schedule, momentum, ratios }: FitLoop): Rates {
  const steps = Array.from({ length: stepsPerEpoch }, (_, i) =>
    schedule(epoch * stepsPerEpoch + i, epochs * stepsPerEpoch),
  );
  return { lr: steps.map((step) => step.lr), momentum: steps.map((step) => step.momentum ?? momentum), ratios };
}
