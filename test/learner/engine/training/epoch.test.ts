import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../../../src/learner/border/events.js";
import type { FeatureSource } from "../../../../src/learner/engine/features/feature-source.js";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { type EpochOptions, trainEpoch } from "../../../../src/learner/engine/training/epoch.js";
import { loopSteps } from "../../../../src/learner/engine/training/loop-steps.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import type { BeginTraining, Training, TrainingState } from "../../../../src/learner/engine/training/steps.js";
import { train } from "../../../../src/learner/engine/training/trainer.js";
import type { Session } from "../../../../src/runtime/session.js";
import { float32 } from "../../../../src/tensor.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { refusal } from "../../../helpers/refusal.js";
import { hiddenHead, optimizer, rowsOf, sourceOf, trainerSession } from "../../../helpers/training.js";

let session: Session;
beforeAll(async () => {
  session = await trainerSession(hiddenHead);
});
afterAll(() => session.release());

const start = initialState(hiddenHead, optimizer);
const rates = { lr: Array(7).fill(0.1), momentum: Array(7).fill(0.9) };

interface Given extends Partial<EpochOptions> {
  readonly from?: TrainingState;
  readonly controller?: AbortController;
  readonly onEvent?: (event: EngineEvent) => void;
  /** What is otherwise in the training. */
  readonly instead?: (training: Training) => Partial<Training>;
}

/** Fifty rows: six batches of eight and one of two. `error` is what the epoch ended with. */
async function attempted({ from = start, controller = new AbortController(), ...given }: Given = {}) {
  const { onEvent = () => {}, instead = () => ({}), ...options } = given;
  const events: EngineEvent[] = [];
  const states: TrainingState[] = [];
  let ended = 0;
  const begin: BeginTraining = async (from) => {
    const training = await loopSteps(session)(from);
    return { ...training, ...instead(training), end: () => void ended++ };
  };
  const emit = (event: unknown): void => {
    events.push(event as EngineEvent);
    onEvent(event as EngineEvent);
  };
  const all: EpochOptions = {
    ...{
      data: sourceOf(50),
      head: hiddenHead,
      begin,
      batchSize: 8,
      batches: "shuffled" as const,
      seed: 3,
      epoch: 2,
      rates,
      firstStep: 14,
    },
    onState: (next) => states.push(next),
    ...options,
  };
  const error = await trainEpoch(from, all, { signal: controller.signal, emit }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(ended).toBe(1);
  return { error, states, events };
}

async function trained(given: Given = {}) {
  const { error, states, events } = await attempted(given);
  if (error) throw error;
  expect(states).toHaveLength(1);
  return { state: states[0]!, events };
}

/** The state after so many steps of the epoch. */
async function stateAfter(steps: number): Promise<TrainingState> {
  const batches = epochBatches(50, 8, 3, "order", 2).slice(0, steps);
  const masks = maskDrawer(hiddenHead.masks, 3, "masks", 2);
  const { signal } = new AbortController();
  const training = await loopSteps(session)(start);
  await train(training, { data: rowsOf(50), batches, masks, rates, firstStep: 0, signal, onResults: () => {} });
  return training.state();
}

/** The rows in chunks of so many batches. */
function inChunks(sizes: readonly number[], whole = sourceOf(50)): FeatureSource {
  return {
    ...whole,
    chunks: async function* (batches, signal) {
      let first = 0;
      for (const size of sizes) {
        for await (const chunk of whole.chunks(batches.slice(first, first + size), signal)) yield { ...chunk, first };
        first += size;
      }
    },
  };
}

describe("trainEpoch", () => {
  it("takes the batches and the dropout of its number, and tells its last state, once", async () => {
    const expected = await stateAfter(7);
    expect((await trained()).state).toEqual(expected);
    expect((await trained({ epoch: 3 })).state).not.toEqual(expected);
    expect((await trained({ seed: 4 })).state).not.toEqual(expected);
  });

  it("tells of steps and progress, from chunk to chunk", async () => {
    const { state, events } = await trained({ data: inChunks([3, 4]) });
    expect(state).toEqual((await trained()).state);
    const steps = events.flatMap((event) =>
      event.phase === "results" ? Array.from(event.losses, (_, i) => event.first + i) : [],
    );
    expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const progress = events.filter(({ phase }) => phase === "train");
    expect(progress.at(-1)).toEqual({ phase: "train", done: 7, total: 7 });
  });

  it("leaves what was learnt until it was cancelled", async () => {
    const controller = new AbortController();
    // The first run is one step.
    const onEvent = ({ phase }: EngineEvent) => phase === "results" && controller.abort(new Error("enough"));
    const { error, states } = await attempted({ controller, onEvent });
    expect(error).toEqual(new Error("enough"));
    expect(states).toEqual([await stateAfter(1)]);
  });

  it("leaves nothing when it was cancelled before anything was learnt", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    const { error, states, events } = await attempted({ controller });
    expect(error).toEqual(new Error("enough"));
    expect([states, events]).toEqual([[], []]);
  });

  it("leaves what was learnt until photos could not be read", async () => {
    const lost = new Error("the disk is gone");
    const { chunks, ...source } = inChunks([3]);
    const broken: FeatureSource["chunks"] = async function* (batches, signal) {
      yield* chunks(batches, signal);
      throw lost;
    };
    const { error, states } = await attempted({ data: { ...source, chunks: broken } });
    expect(error).toBe(lost);
    expect(states).toEqual([await stateAfter(3)]);
  });

  it("tells what it failed for, not that the state cannot be read either", async () => {
    const lost = new Error("the device is lost");
    const { error, states } = await attempted({
      data: inChunks([3, 4]),
      instead: ({ take }) => ({
        take: async (context, steps) => {
          if (steps.first >= 3) throw lost;
          return take(context, steps);
        },
        state: () => Promise.reject(new Error("it cannot be read")),
      }),
    });
    expect(error).toBe(lost);
    expect(states).toEqual([]);
  });

  it("leaves nothing of an epoch that diverged", async () => {
    const lr = rates.lr.map((rate, step) => (step === 4 ? Number.POSITIVE_INFINITY : rate));
    const { error, states } = await attempted({ rates: { ...rates, lr } });
    expect(error).toMatchObject({ code: "diverged", details: { step: 14 + 5, lr: 0.1 } });
    expect(states).toEqual([]);
  });

  it("finds weights that are no numbers after the last loss", async () => {
    const lr = rates.lr.map((rate, step) => (step === 6 ? Number.POSITIVE_INFINITY : rate));
    const { error, states } = await attempted({ rates: { ...rates, lr } });
    expect(error).toMatchObject({ code: "diverged", details: { step: 14 + 6, lr: Number.POSITIVE_INFINITY } });
    expect(states).toEqual([]);
  });

  it("finds running statistics that are no numbers although the loss is one", async () => {
    const from = { ...start, "classifier.bn1.running_var": float32([4], [1, Number.NaN, 1, 1]) };
    const { details } = await refusal(() => trained({ from }), "diverged", "at step 20");
    expect(details.lr).toBe(0.1);
  });
});
