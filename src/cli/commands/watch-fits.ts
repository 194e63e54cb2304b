// What is said while fits run: which layers train at which rates, a line for each epoch, one bar for all epochs of a fit.
import type { Task } from "../../datasets/task.js";
import type { Progress } from "../../learner/border/events.js";
import type { Callback, FitState } from "../../learner/callbacks.js";
import { formatRate } from "../../lr-range/format-rate.js";
import type { Output } from "../output.js";
import { epochHeader, epochLine } from "../table.js";

export interface FitsWatch {
  readonly onProgress: (progress: Progress) => void;
  readonly callbacks: readonly Callback<Task>[];
  /** Fits that have begun: their epochs, and the layer groups that they train, each with its highest rate. */
  readonly fits: readonly Pick<FitState, "epochs" | "groups">[];
}

/**
 * The lines of all fits are one table.
 * @param metrics its columns beside the losses.
 */
export function watchFits(output: Output, metrics: readonly string[] = ["accuracy"]): FitsWatch {
  const fits: Pick<FitState, "epochs" | "groups">[] = [];
  let [epoch, epochs] = [0, 0];
  return {
    fits,
    // A single epoch of a head is often done before it can be seen.
    onProgress: (progress) => {
      const { phase, done, total } = progress;
      if (phase !== "train") output.progress(progress);
      else output.progress({ phase, done: epoch * total + done, total: epochs * total });
    },
    callbacks: [
      {
        beforeFit: (fit) => {
          output.note(fitLine(fit));
          const steps = fit.epochs * fit.stepsPerEpoch;
          if (fits.length === 0 && fit.groups.length === 1 && steps < fewSteps)
            output.note(`note: ${steps} ${steps === 1 ? "step is" : "steps are"} few; ${remedy}`);
          if (fits.length === 0) output.result(epochHeader(metrics));
          fits.push({ epochs: fit.epochs, groups: fit.groups });
        },
        beforeEpoch: (fit) => {
          ({ epoch, epochs } = fit);
        },
        afterEpoch: (_, result) => output.result(epochLine(result, metrics)),
      },
    ],
  };
}

/** A new head is hardly further than where it began after less, whatever the rate. */
const fewSteps = 20;
const remedy = "a smaller --batch-size, or more --epochs, make more of them.";

function fitLine({ epochs, groups }: FitState<Task>): string {
  const rounds = `Training ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
  if (groups.length === 1) return `${rounds} of the head, learning rate up to ${formatRate(groups[0]!.lr)}`;
  const rates = groups.map(({ name, lr }) => `${name} ${formatRate(lr)}`);
  return `${rounds} of ${groups.length} layer groups, learning rates up to: ${rates.join(", ")}`;
}
