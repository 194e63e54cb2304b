// Range tests where there is little or nothing to learn from: an answer or the reason why none, never an exception.

import { describe, expect, it } from "vitest";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { findCyclicalRange, lrFind } from "../../../../src/learner/engine/training/range.js";
import type { RehearsalRoom } from "../../../../src/learner/engine/training/rehearsal.js";

type Loss = (parameter: number, batch: Int32Array) => number;

/** Minimises p²/2 by p ← p - lr·p from p = 1, which diverges at rates above 2. Writes the batches down, by run. */
function roomWith({ rows = 50, batchSize = 10, seed = 42, loss = ((p) => (p * p) / 2) as Loss } = {}) {
  const runs: number[][][] = [];
  const room: RehearsalRoom = {
    rehearse: (_, work) => {
      const batches: number[][] = [];
      runs.push(batches);
      let parameter = 1;
      return work({
        step: async (batch, lr) => {
          batches.push([...batch]);
          const before = loss(parameter, batch);
          parameter -= lr * parameter;
          return before;
        },
        score: async () => 1 - Math.min(1, Math.abs(parameter)),
      });
    },
    scoreName: "Accuracy",
    draw: (...path) => epochBatches(rows, batchSize, seed, ...path),
    perEpoch: Math.ceil(rows / batchSize),
    isUnfrozen: false,
  };
  return { room, runs };
}

const silent = { signal: new AbortController().signal, emit: () => {} };
const everyRow = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i);

describe("lrFind", () => {
  it("works when all rows make one batch, drawn in another order each step", async () => {
    const { room, runs } = roomWith({ rows: 7, batchSize: 64 });
    const { suggestion } = await lrFind(room, { runs: 1 }, silent);
    expect(suggestion.lr).toBeGreaterThan(0.01);
    expect(suggestion.lr).toBeLessThan(2);
    for (const batch of runs[0]!) expect(batch.toSorted((a, b) => a - b)).toEqual(everyRow(7));
    expect(new Set(runs[0]!.map(String)).size).toBeGreaterThan(10);
  });

  it("works with a single row", async () => {
    const { room, runs } = roomWith({ rows: 1 });
    expect((await lrFind(room, {}, silent)).suggestion.lr).toBeGreaterThan(0.01);
    expect(new Set(runs.flat().map(String))).toEqual(new Set(["0"]));
  });

  it.each<[string, Loss]>([
    ["a loss that never moves", () => 0.7],
    ["no loss at all", () => 0],
    ["noise", (_, batch) => 1 + Math.sin(1e3 * batch[0]! + batch[1]!)],
    ["a loss that is not a number", () => Number.NaN],
    ["an infinite loss", () => Number.POSITIVE_INFINITY],
    ["a loss that rises at once", (p) => (p === 1 ? 1 : 1e9)],
  ])("suggests nothing, and says why, for %s", async (_, loss) => {
    const { suggestion } = await lrFind(roomWith({ loss }).room, {}, silent);
    expect(suggestion).toMatchObject({ lr: null, rule: null });
    expect(suggestion.reason).toMatch(/too few|never falls/);
  });

  it("suggests nothing for too few steps", async () => {
    const { suggestion } = await lrFind(roomWith().room, { steps: 2, startLr: 1e-7, endLr: 1e-6 }, silent);
    expect(suggestion).toMatchObject({ lr: null, reason: expect.stringContaining("too few") });
  });

  it("gives the same for the same seed, and other batches for another", async () => {
    const loss: Loss = (p, batch) => (p * p) / 2 + 0.02 * Math.sin(batch[0]!);
    const rooms = [42, 42, 43].map((seed) => roomWith({ seed, loss }));
    const results = [];
    for (const { room } of rooms) results.push(await lrFind(room, { runs: 2 }, silent));
    expect(results[1]).toEqual(results[0]);
    expect(rooms[1]!.runs).toEqual(rooms[0]!.runs);
    expect(rooms[2]!.runs[0]![0]).not.toEqual(rooms[0]!.runs[0]![0]);
  });
});

describe("findCyclicalRange", () => {
  it("has no answer when the first loss is not finite, or there is a single step", async () => {
    const infinite = roomWith({ loss: () => Number.POSITIVE_INFINITY });
    expect(await findCyclicalRange(infinite.room, {}, silent)).toEqual({
      baseLr: null,
      maxLr: null,
      reason: "0 points are too few: take 10 or more.",
    });
    expect(infinite.runs).toEqual([[expect.any(Array)]]);
    const single = roomWith({ rows: 1 });
    expect(await findCyclicalRange(single.room, { epochs: 1 }, silent)).toMatchObject({ baseLr: null, maxLr: null });
    expect(single.runs).toEqual([[[0]]]);
  });

  it("reads what there is up to a loss that is not finite", async () => {
    let steps = 0;
    const { room, runs } = roomWith({ loss: () => (++steps === 16 ? Number.NaN : 1) });
    const { baseLr } = await findCyclicalRange(room, { endLr: 0.1, epochs: 20 }, silent);
    expect(runs[0]).toHaveLength(16);
    // 100 steps from 1e-5 to 0.1, of which the first 15 count.
    expect(baseLr).toBeLessThan(0.015);
  });
});
