// A fit as the learner keeps it: run as planned, and written down for the history and the model card.
import type { Task } from "../datasets/task.js";
import { isRegraftError } from "../errors.js";
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
): Promise<EpochResult<Task>[]> {
  const rates = groups.map(({ name, trained }, i) => ({ name, trained, ratio: ratios[i]! }));
  const trained = rates.filter((group) => group.trained);
  const record = {
    call,
    planned: epochs,
    groups: trained.map(({ name, ratio }) => ({ name, lr: maxLr * ratio })),
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
      schedule: scheduleFor(context.stepsPerEpoch),
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
