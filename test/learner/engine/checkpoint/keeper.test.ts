import { afterEach, describe, expect, it, vi } from "vitest";
import { readNewest } from "../../../../src/learner/engine/checkpoint/generations.js";
import { createKeeper } from "../../../../src/learner/engine/checkpoint/keeper.js";
import type { LearnerState } from "../../../../src/learner/engine/learner-state.js";
import type { TrainingState } from "../../../../src/learner/engine/training/steps.js";
import { createSmoothLoss } from "../../../../src/learner/smooth-loss.js";
import { float32 } from "../../../../src/tensor.js";
import { openState, record } from "../../../helpers/learner-states.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A keeper of a minute, and a clock to turn. */
async function keeperOf(state: LearnerState) {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const keeper = createKeeper(state, 3, { folder: "here", everySeconds: 60, training: record, note: "mine" });
  const run = (first: number, seconds: number, next: TrainingState = state.position.state) => {
    now += 1000 * seconds;
    return keeper.afterRun({ first, losses: Float32Array.of(2, 1) }, async () => next);
  };
  const newest = async () => readNewest(await state.platform.storage("here"), "here").catch(() => undefined);
  return { keeper, run, newest };
}

describe("a keeper", () => {
  it("writes a checkpoint once the last one is old enough, of where the epoch is then", async () => {
    const state = await openState();
    const { run, newest } = await keeperOf(state);
    await run(0, 59);
    expect(await newest()).toBeUndefined();
    await run(2, 1);
    const smooth = createSmoothLoss();
    smooth.add([2, 1, 2, 1]);
    const first = await newest();
    expect(first!.manifest).toMatchObject({
      position: { epoch: 3, step: 4 },
      training: { agenda: { ...record.agenda, progress: { epoch: 0, step: 4, smooth: smooth.state } } },
      note: "mine",
    });
    await run(4, 59);
    expect((await newest())!.name).toBe(first!.name);
    await run(6, 1);
    expect((await newest())!.manifest.position.step).toBe(8);
  });

  it("does not put weights that are no numbers in place of good ones", async () => {
    const state = await openState();
    const { run, newest } = await keeperOf(state);
    await run(0, 61);
    await run(2, 61, { ...state.position.state, "classifier.bias": float32([3], [0, Number.NaN, 0]) });
    expect((await newest())!.manifest.position.step).toBe(2);
  });

  it("writes one at the end, unless the learner stands elsewhere", async () => {
    const state = await openState();
    const { keeper, run, newest } = await keeperOf(state);
    await run(0, 1);
    await keeper.atEnd();
    expect(await newest()).toBeUndefined();
    state.position = { ...state.position, epoch: 3, step: 2 };
    await keeper.atEnd();
    expect((await newest())!.manifest.position).toMatchObject({ epoch: 3, step: 2 });
  });
});
