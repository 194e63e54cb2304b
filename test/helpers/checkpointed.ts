// Learners that are broken off and gone on with by others, and all that must be the same as without.
import type { Task } from "../../src/datasets/task.js";
import type { EpochResult } from "../../src/learner/border/report.js";
import type { TrainingOptions } from "../../src/learner/call-options.js";
import type { Callback } from "../../src/learner/callbacks.js";
import type { Learner } from "../../src/learner/learner.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { memoryStorages } from "./memory-storage.js";
import { type Opened, openConv, type WatchedPlatform, type Weights, watchedPlatform } from "./unfreezing.js";

export type Train = (learner: Learner, options: TrainingOptions) => Promise<readonly EpochResult[]>;

/** What a training comes to, but for the time it takes. */
export interface Outcome {
  readonly weights: Weights;
  readonly history: ReturnType<typeof timeless>;
  readonly fits: readonly unknown[];
  /** Every loss, in order. */
  readonly losses: readonly number[];
}

export const timeless = (results: readonly EpochResult<Task>[]) => results.map(({ seconds: _, ...rest }) => rest);

async function outcomeOf({ learner, weights }: Opened, losses: readonly number[]): Promise<Outcome> {
  const fits = learner.fits.map((fit) => ({ ...fit, epochs: timeless(fit.epochs) }));
  return { weights: await weights(), history: timeless(learner.history), fits, losses };
}

export const folder = "checkpoints";

/** A platform whose folders are another's as well. */
export const onSameDisk = (storage = memoryStorages()): WatchedPlatform => ({ ...watchedPlatform(), storage });

export async function uninterrupted(train: Train, options: Partial<LearnerOptions> = {}): Promise<Outcome> {
  const opened = await openConv(options);
  const losses: number[] = [];
  await train(opened.learner, { callbacks: [noting(losses)] });
  return outcomeOf(opened, losses);
}

const noting = (losses: number[]): Callback => ({ afterSteps: (_, steps) => void losses.push(...steps.losses) });

/**
 * The same training by a chain of learners: each is thrown away once so many more runs of steps were told of, and the
 * next one starts from what is on the disk, where a checkpoint is written after every run.
 */
export async function interrupted(
  train: Train,
  runs: readonly number[],
  options: Partial<LearnerOptions> = {},
): Promise<Outcome> {
  const { storage } = onSameDisk();
  const losses: number[] = [];
  let goOn: Train = (learner, more) => train(learner, { ...more, checkpoint: { folder, everySeconds: 0 } });
  for (const count of runs) {
    const opened = await openConv(options, onSameDisk(storage));
    if (losses.length > 0) await opened.learner.load(folder);
    const controller = new AbortController();
    let told = 0;
    const stop: Callback = { afterSteps: () => void (++told === count && controller.abort(new Error("enough"))) };
    const stopping = goOn(opened.learner, { callbacks: [noting(losses), stop], signal: controller.signal });
    await stopping.then(
      () => Promise.reject(new Error("it was done before")),
      (error: Error) => {
        if (error.message !== "enough") throw error;
      },
    );
    await opened.learner.dispose();
    goOn = (learner, more) => learner.resume(more);
  }
  const last = await openConv(options, onSameDisk(storage));
  await last.learner.load(folder);
  await goOn(last.learner, { callbacks: [noting(losses)] });
  return outcomeOf(last, losses);
}
