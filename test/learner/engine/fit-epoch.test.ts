import { afterEach, describe, expect, it, vi } from "vitest";
import type { CallContext } from "../../../src/learner/border/channel.js";
import type { EngineEvent } from "../../../src/learner/border/events.js";
import { readNewest } from "../../../src/learner/engine/checkpoint/generations.js";
import { fitEpoch } from "../../../src/learner/engine/fit-epoch.js";
import { epochOf, openState, quiet, rates, record } from "../../helpers/learner-states.js";
import { refusal } from "../../helpers/refusal.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Each run is one step; it is cancelled after so many. */
function cancelledAfter(steps: number): CallContext {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1e6));
  const controller = new AbortController();
  let told = 0;
  const emit = (event: unknown): void => {
    if ((event as EngineEvent).phase === "results" && ++told === steps) controller.abort(new Error("enough"));
  };
  return { signal: controller.signal, emit };
}

describe("fitEpoch", () => {
  it("goes on with an epoch from the step that was reached, to the same end", async () => {
    const whole = await openState({ head: { hidden: 4 } });
    await epochOf(whole);
    await epochOf(whole, 6);
    const parts = await openState({ head: { hidden: 4 } });
    await epochOf(parts);
    await expect(epochOf(parts, 6, cancelledAfter(2))).rejects.toThrow("enough");
    expect(parts.position).toMatchObject({ epoch: 1, step: 2 });
    await fitEpoch(parts, { rates, firstStep: 6, taken: 2 }, quiet);
    expect(parts.position).toEqual(whole.position);
    // All steps are taken, and are not again.
    await fitEpoch(parts, { rates, firstStep: 6, taken: 6 }, quiet);
    expect(parts.position).toEqual(whole.position);
  });

  it("begins another epoch after one that was broken off", async () => {
    const state = await openState();
    await expect(epochOf(state, 0, cancelledAfter(2))).rejects.toThrow("enough");
    await epochOf(state);
    expect(state.position).toMatchObject({ epoch: 1, step: 6 });
  });

  it("goes on from no other step than that which was reached", async () => {
    const state = await openState();
    await expect(fitEpoch(state, { rates, firstStep: 0, taken: 3 }, quiet)).rejects.toThrow(
      "is not gone on with from step 3",
    );
  });

  it("leaves a checkpoint of the very step that it was broken off at", async () => {
    const state = await openState();
    const checkpoints = { folder: "here", everySeconds: 1e12, training: record };
    await expect(fitEpoch(state, { rates, firstStep: 0, checkpoints }, cancelledAfter(3))).rejects.toThrow("enough");
    const { manifest, tensors } = await readNewest(await state.platform.storage("here"), "here");
    expect(manifest.position).toMatchObject({ epoch: 0, step: 3 });
    expect(tensors).toEqual(state.position.state);
  });

  it("leaves the last good checkpoint when it diverges, and goes back to before the fit", async () => {
    const state = await openState();
    await epochOf(state);
    const before = state.position;
    const checkpoints = { folder: "here", everySeconds: 0, training: record };
    await fitEpoch(state, { rates, firstStep: 0, checkpoints }, quiet);
    const good = state.position;
    const lr = [0.5, Number.POSITIVE_INFINITY, 0.5, 0.5, 0.5, 0.5];
    const diverging = fitEpoch(state, { rates: { ...rates, lr }, firstStep: 6, checkpoints }, cancelledAfter(99));
    await refusal(() => diverging, "diverged", "at step 8, learning rate 0.5");
    expect(state.position).toBe(before);
    const { manifest, tensors } = await readNewest(await state.platform.storage("here"), "here");
    // Its first step was sound; the second made weights of it that are no numbers.
    expect(manifest.position).toMatchObject({ epoch: 2, step: 1 });
    expect(Object.values(tensors).every(({ data }) => (data as Float32Array).every(Number.isFinite))).toBe(true);
    expect(tensors).not.toEqual(good.state);
  });
});
