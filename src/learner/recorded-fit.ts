// A fit as the learner keeps it: run as planned, and written down for the history and the model card.
import { isRegraftError } from "../errors.js";
import type { Schedule } from "../lr-range/schedules.js";
import type { LayerGroupInfo } from "./border/info.js";
import type { EpochResult, FitRecord } from "./border/report.js";
import { type FitLoop, runFit } from "./fit.js";
import type { FitPlan } from "./fit-plan.js";

/** Layers that are frozen, or trained at one rate, together. */
export interface LayerGroup extends LayerGroupInfo {
  readonly trained: boolean;
}

export interface FitContext extends Pick<FitLoop, "stepsPerEpoch" | "momentum" | "trainEpoch" | "validate"> {
  readonly groups: readonly LayerGroup[];
}

/** @param fits all of the learner so far, to which this one is added. */
export async function recordedFit(
  { call, epochs, scheduleFor, ratios, maxLr, options: { callbacks = [] } }: FitPlan,
  fits: FitRecord[],
  { groups, ...context }: FitContext,
): Promise<EpochResult[]> {
  const rates = groups.map(({ name, trained }, i) => ({ name, trained, ratio: ratios[i]! }));
  const trained = rates.filter((group) => group.trained);
  const schedule = scheduleFor(context.stepsPerEpoch);
  const record = {
    call,
    planned: epochs,
    groups: trained.map(({ name, ratio }) => ({ name, lr: maxLr * ratio })),
    lrs: someRates(schedule, epochs * context.stepsPerEpoch, trained.at(-1)!.ratio),
    epochs: [],
  };
  const firstEpoch = fits.reduce((sum, fit) => sum + fit.epochs.length, 0);
  fits.push(record);
  let hasStepped = false;
  try {
    return await runFit({
      ...context,
      trainEpoch: (rates, firstStep, onResults) =>
        context.trainEpoch(rates, firstStep, (results) => {
          hasStepped = true;
          onResults(results);
        }),
      epochs,
      schedule,
      ratios: trained.map(({ ratio }) => ratio),
      groups: record.groups,
      firstEpoch,
      callbacks,
      results: record.epochs,
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
