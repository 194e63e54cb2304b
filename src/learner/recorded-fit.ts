// A fit as the learner keeps it: run as planned, and written down for the history and the model card.
import type { Task } from "../datasets/task.js";
import { isRegraftError } from "../errors.js";
import type { Schedule } from "../lr-range/schedules.js";
import type { FitProgress, PlannedFit } from "./border/checkpoint.js";
import type { LayerGroupInfo } from "./border/info.js";
import type { EpochResult, FitRecord, TrackedFit } from "./border/report.js";
import type { Callback } from "./callbacks.js";
import { type FitLoop, noProgress, runFit } from "./fit.js";
import { scheduleFor } from "./fit-plan.js";

/** Layers that are frozen, or trained at one rate, together. */
export interface LayerGroup extends LayerGroupInfo {
  readonly trained: boolean;
}

export interface FitContext
  extends Pick<
    FitLoop,
    "stepsPerEpoch" | "momentum" | "trainEpoch" | "validate" | "progress" | "onProgress" | "betweenEpochs"
  > {
  readonly groups: readonly LayerGroup[];
  readonly callbacks?: readonly Callback<Task>[] | undefined;
  /** Remembers the present weights as the best. */
  readonly keepBest?: () => Promise<void>;
  /** Goes back to them. */
  readonly restoreBest?: () => Promise<void>;
  /** Called when all is done, before callbacks are told. */
  readonly finish?: () => Promise<void>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * @param fits all of the learner so far, to which this one is added, unless it is the last of them already, of which the
 * progress tells.
 */
export async function recordedFit(
  { call, epochs, schedule, ratios, maxLr, tracking }: PlannedFit,
  fits: FitRecord[],
  { groups, callbacks = [], keepBest, restoreBest, finish, ...context }: FitContext,
): Promise<EpochResult<Task>[]> {
  const { progress = noProgress } = context;
  const rates = groups.map(({ name, trained }, i) => ({ name, trained, ratio: ratios[i]! }));
  const trained = rates.filter((group) => group.trained);
  const rateOf = trained.map(({ name, ratio }) => ({ name, lr: maxLr * ratio }));
  let hasStepped = progress.epoch > 0 || progress.step > 0;
  const rateAt = scheduleFor(schedule, context.stepsPerEpoch);
  const record: Mutable<FitRecord> = hasStepped
    ? fits.at(-1)!
    : {
        call,
        planned: epochs,
        groups: rateOf,
        lrs: someRates(rateAt, epochs * context.stepsPerEpoch, trained.at(-1)!.ratio),
        epochs: [],
      };
  if (!hasStepped) fits.push(record);
  const results = record.epochs as EpochResult<Task>[];
  const firstEpoch = fits.reduce((sum, fit) => sum + fit.epochs.length, 0) - results.length;
  const note = ({ best, isStopped = false }: Partial<FitProgress>, isRestored: boolean): TrackedFit => ({
    monitor: tracking!.monitor,
    ...(best && { best: best.epoch }),
    isStopped,
    isRestored,
  });
  try {
    return await runFit({
      ...context,
      trainEpoch: (rates, firstStep, onResults, taken) =>
        context.trainEpoch(
          rates,
          firstStep,
          (results) => {
            hasStepped = true;
            onResults(results);
          },
          taken,
        ),
      epochs,
      schedule: rateAt,
      ratios: trained.map(({ ratio }) => ratio),
      groups: rateOf,
      firstEpoch,
      callbacks,
      results,
      ...(tracking && {
        judge: async (result, { best: before }) => {
          const { judge } = await import("./checkpoint/judge.js");
          const { isBest, ...judgement } = judge(tracking, before, result, firstEpoch);
          if (isBest && tracking.restoreBest) await keepBest?.();
          record.tracked = note(judgement, false);
          return judgement;
        },
      }),
      finish: async ({ best, isStopped = false }) => {
        const goesBack = tracking?.restoreBest && best !== undefined && best.epoch !== results.at(-1)?.epoch;
        if (tracking?.restoreBest) await restoreBest?.();
        if (tracking) record.tracked = note({ best, isStopped }, goesBack ?? false);
        await finish?.();
      },
    });
  } catch (error) {
    // Diverged, the engine has gone back to before this fit; before the first step there is nothing to tell.
    if (isRegraftError(error, "diverged") || !hasStepped) fits.splice(fits.indexOf(record), 1);
    throw error;
  }
}

const mostRates = 200;

/** Enough of them to draw. */
function someRates(schedule: Schedule, steps: number, ratio: number): number[] {
  const count = Math.min(steps, mostRates);
  return Array.from({ length: count }, (_, i) => {
    const { lr } = schedule(count === 1 ? 0 : Math.round((i * (steps - 1)) / (count - 1)), steps);
    return Number((ratio * lr).toPrecision(4));
  });
}
