import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../../../src/learner/border/events.js";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { type EpochOptions, trainEpoch } from "../../../../src/learner/engine/training/epoch.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import { loopSteps, type TakeSteps, type TrainingState } from "../../../../src/learner/engine/training/steps.js";
import { train } from "../../../../src/learner/engine/training/trainer.js";
import type { Session } from "../../../../src/runtime/session.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { hiddenHead, optimizer, rowsOf, sourceOf, trainerSession } from "../../../helpers/training.js";

let session: Session;
let takeSteps: TakeSteps;
beforeAll(async () => {
  session = await trainerSession(hiddenHead);
  takeSteps = loopSteps(session);
});
afterAll(() => session.release());

const start = initialState(hiddenHead, optimizer);
const rates = { lr: Array(7).fill(0.1), momentum: Array(7).fill(0.9) };
const { signal } = new AbortController();

/** Fifty rows: six batches of eight and one of two. */
async function trained(options: Partial<EpochOptions> = {}) {
  const events: EngineEvent[] = [];
  let state: TrainingState = start;
  const given: EpochOptions = {
    ...{ data: sourceOf(50), head: hiddenHead, takeSteps, batchSize: 8, seed: 3, epoch: 2, rates, firstStep: 14 },
    onState: (next) => {
      state = next;
    },
    ...options,
  };
  await trainEpoch(start, given, { signal, emit: (event) => events.push(event as EngineEvent) });
  return { state, events };
}

describe("trainEpoch", () => {
  it("takes the batches and the dropout of its number, and leaves its last state", async () => {
    const batches = epochBatches(50, 8, 3, "order", 2);
    const masks = maskDrawer(hiddenHead.masks, 3, "masks", 2);
    const options = { takeSteps, data: rowsOf(50), batches, masks, rates, firstStep: 0, signal, onResults: () => {} };
    const expected = await train(start, options);
    expect((await trained()).state).toEqual(expected);
    expect((await trained({ epoch: 3 })).state).not.toEqual(expected);
    expect((await trained({ seed: 4 })).state).not.toEqual(expected);
  });

  it("tells of steps and progress, from chunk to chunk", async () => {
    const whole = sourceOf(50);
    const chunks: (typeof whole)["chunks"] = async function* (batches, signal) {
      for (const first of [0, 3])
        for await (const chunk of whole.chunks(batches.slice(first, first + 3 + first), signal))
          yield { ...chunk, first };
    };
    const { state, events } = await trained({ data: { ...whole, chunks } });
    expect(state).toEqual((await trained()).state);
    const steps = events.flatMap((event) =>
      event.phase === "results" ? Array.from(event.losses, (_, i) => event.first + i) : [],
    );
    expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const progress = events.filter(({ phase }) => phase === "train");
    expect(progress.at(-1)).toEqual({ phase: "train", done: 7, total: 7 });
  });
});
