// What steps on a device's memory leave there: what the next ones need, and nothing once the training has ended.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import type { StepContext, Steps } from "../../../../src/learner/engine/training/steps.js";
import { type SummedParts, summedSteps } from "../../../../src/learner/engine/training/summed-steps.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { deviceMemory } from "../../../helpers/device-memory.js";
import { hiddenHead, optimizer, rowsOf, summedParts } from "../../../helpers/training.js";
import { watchRuns } from "../../../helpers/watch-runs.js";

let parts: Omit<SummedParts, "rowsPerRun">;
beforeAll(async () => {
  parts = await summedParts(hiddenHead);
});
afterAll(() => Promise.all([parts.gradient.release(), parts.update.release()]));

// With running statistics, which the gradient graph hands on, and dropout.
const start = initialState(hiddenHead, optimizer);
const batches = epochBatches(48, 8, 1, "order", 0);
const context: StepContext = { data: rowsOf(48), masks: maskDrawer(hiddenHead.masks, 1, "masks", 0) };
const stepsOf = (count: number, first = 0): Steps => ({
  first,
  batches: batches.slice(first, first + count),
  rates: { lr: Array(count).fill(0.1), momentum: Array(count).fill(0.9) },
});

/** @param onRun told of each run, of either graph, before it begins. */
async function begun(onRun: () => void = () => {}, onUpload: () => void = () => {}) {
  const { counts, session, upload } = deviceMemory();
  const training = await summedSteps({
    ...parts,
    gradient: watchRuns(session(parts.gradient), onRun),
    update: watchRuns(session(parts.update), onRun),
    upload: upload(async (tensor) => {
      onUpload();
      return parts.upload(tensor);
    }),
    rowsPerRun: 3,
  })(start);
  const own = Object.keys(start).length + Object.keys(parts.zeros).length;
  return { training, counts, own, withRows: own + 2 };
}

describe("summedSteps on a device's memory", () => {
  it("keeps the state, the zeros and the rows from take to take, and gives all back in the end", async () => {
    const { training, counts, own, withRows } = await begun();
    expect(counts).toMatchObject({ alive: own, uploads: own, released: 0 });
    for (const first of [0, 2, 4]) {
      await training.take(context, stepsOf(2, first));
      expect(counts.alive).toBe(withRows);
    }
    await training.state();
    expect(counts.alive).toBe(withRows);
    training.end();
    expect(counts.alive).toBe(0);
    expect(counts.released).toBe(counts.made);
  });

  it("needs no more memory for more steps", async () => {
    const peaks: number[] = [];
    for (const count of [2, 6]) {
      const { training, counts } = await begun();
      await training.take(context, stepsOf(count));
      peaks.push(counts.peak);
      training.end();
    }
    expect(peaks[1]).toBe(peaks[0]);
  });

  it("reads the losses back once a take, and the state when it is asked for", async () => {
    const { training, counts } = await begun();
    for (const [i, first] of [0, 3].entries()) {
      expect(await training.take(context, stepsOf(3, first))).toHaveLength(3);
      expect(counts.reads).toBe(i + 1);
    }
    const state = await training.state();
    expect(counts.reads).toBe(2 + Object.keys(start).length);
    expect(Object.keys(state)).toEqual(Object.keys(start));
    training.end();
  });

  it("uploads the same rows once, and others in their place", async () => {
    const { training, counts, own, withRows } = await begun();
    await training.take(context, stepsOf(1));
    // The rows, and the list of losses.
    expect(counts.uploads).toBe(own + 3);
    await training.take(context, stepsOf(1, 1));
    expect(counts.uploads).toBe(own + 4);
    await training.take({ ...context, data: rowsOf(48, 2) }, stepsOf(1, 2));
    expect(counts.uploads).toBe(own + 7);
    expect(counts.alive).toBe(withRows);
    await training.take(context, stepsOf(1, 3));
    expect(counts.uploads).toBe(own + 10);
    expect(counts.alive).toBe(withRows);
    training.end();
    expect(counts.alive).toBe(0);
  });

  // A step is three parts and an update: two steps are eight runs.
  const runs = [1, 2, 3, 4, 5, 6, 7, 8];

  it("is where it was before a take that is cancelled, wherever that is, and can go on", async () => {
    for (const at of runs) {
      const controller = new AbortController();
      let run = 0;
      const { training, counts, withRows } = await begun(() => {
        if (++run === 1 + at) controller.abort(new Error("enough"));
      });
      const { signal } = controller;
      const stopped = training.take({ ...context, signal }, stepsOf(3));
      await expect(stopped, `at run ${at}`).rejects.toThrow("enough");
      expect(counts.alive).toBe(withRows);
      expect(await training.state()).toEqual(start);
      await training.take(context, stepsOf(2));
      expect(counts.alive).toBe(withRows);
      training.end();
      expect(counts.alive).toBe(0);
    }
  });

  it("is where it was before a take in which a run fails", async () => {
    for (const at of runs) {
      let run = 0;
      const { training, counts, withRows } = await begun(() => {
        if (++run === at) throw new Error("out of memory");
      });
      await expect(training.take(context, stepsOf(2)), `at run ${at}`).rejects.toThrow("out of memory");
      expect(counts.alive).toBe(withRows);
      expect(await training.state()).toEqual(start);
      training.end();
      expect(counts.alive).toBe(0);
      expect(counts.released).toBe(counts.made);
    }
  });

  it("can be ended, and can go on, after rows that cannot be uploaded", async () => {
    let isFull = false;
    const { training, counts, own, withRows } = await begun(undefined, () => {
      if (isFull) throw new Error("out of memory");
    });
    await training.take(context, stepsOf(1));
    isFull = true;
    const more = { ...context, data: rowsOf(48, 2) };
    await expect(training.take(more, stepsOf(1, 1))).rejects.toThrow("out of memory");
    expect(counts.alive).toBe(own);
    isFull = false;
    await training.take(context, stepsOf(1, 1));
    expect(counts.alive).toBe(withRows);
    isFull = true;
    await expect(training.take(more, stepsOf(1, 2))).rejects.toThrow("out of memory");
    training.end();
    expect(counts.alive).toBe(0);
  });
});
