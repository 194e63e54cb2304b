// The engine's part of a learner on three features, opened in this thread.
import { afterEach } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import type { CallContext } from "../../src/learner/border/channel.js";
import type { TrainingRecord } from "../../src/learner/border/checkpoint.js";
import { fitEpoch } from "../../src/learner/engine/fit-epoch.js";
import { LearnerState } from "../../src/learner/engine/learner-state.js";
import { noProgress } from "../../src/learner/fit.js";
import { type LearnerOptions, toSpec } from "../../src/learner/options.js";
import { colourItems, type TinyPlatform, tinyPlatform } from "./tiny-platform.js";

export const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };

const states: LearnerState[] = [];
afterEach(async () => {
  for (const state of states.splice(0)) await state.close();
});

/** Twenty-seven photos to train on, in six steps. */
export async function openState(
  options: Partial<LearnerOptions> = {},
  platform: TinyPlatform = tinyPlatform(),
): Promise<LearnerState> {
  const state = new LearnerState(platform);
  states.push(state);
  const data = imageList(colourItems(12));
  await state.open(
    toSpec({ model: "tiny", data, batchSize: 5, device: { name: "cpu", threads: 1 }, ...options }),
    quiet,
  );
  return state;
}

export const rates = { lr: Array<number>(6).fill(0.5), momentum: Array<number>(6).fill(0.9) };

/** Trains an epoch of a fit, its first unless told otherwise. */
export const epochOf = (state: LearnerState, firstStep = 0, context = quiet): Promise<void> =>
  fitEpoch(state, { rates, firstStep }, context);

/** Of a fit that begins. */
export const record: TrainingRecord = {
  fits: [],
  range: undefined,
  agenda: {
    steps: [
      {
        kind: "fit",
        plan: { call: "fit(2, 0.5)", epochs: 2, schedule: { kind: "constant", lr: 0.5 }, ratios: [1, 1], maxLr: 0.5 },
      },
    ],
    progress: noProgress,
  },
};
