import { describe, expect, it } from "vitest";
import { type DrawBatches, epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import {
  type CyclicalRangeOptions,
  findCyclicalRange,
  type LrFindOptions,
  lrFind,
} from "../../../../src/learner/engine/training/range.js";
import type { RehearsalRoom } from "../../../../src/learner/engine/training/rehearsal.js";
import { refusal } from "../../../helpers/refusal.js";

/** Gradient descent on w²/2 from w = 10: the loss falls at rates below 2 and grows above. */
function roomOf({ rows = 20, batchSize = 8, isUnfrozen = false } = {}) {
  const steps: { run: number; batch: Int32Array; lr: number }[] = [];
  const begun: unknown[] = [];
  let run = -1;
  const rehearse: RehearsalRoom["rehearse"] = (path, work) => {
    begun.push(path);
    run++;
    let w = 10;
    return work({
      step: async (batch, lr) => {
        steps.push({ run, batch, lr });
        const loss = w ** 2 / 2;
        w -= lr * w;
        return loss;
      },
      // Rises with what is learnt, and falls when it is lost.
      score: async () => 1 / (1 + Math.abs(w)),
    });
  };
  const draw: DrawBatches = (...path) => epochBatches(rows, batchSize, 3, ...path);
  const scoreName = "R²";
  return { room: { rehearse, scoreName, draw, perEpoch: Math.ceil(rows / batchSize), isUnfrozen }, steps, begun };
}

function context(controller = new AbortController()) {
  const events: unknown[] = [];
  return { events, context: { signal: controller.signal, emit: (event: unknown) => events.push(event) } };
}

describe("lrFind", () => {
  it("runs five tests, from 1e-7 up to where the loss diverges, and reads their median", async () => {
    const { room, steps, begun } = roomOf();
    const { context: calls, events } = context();
    const { curve, runs, suggestion } = await lrFind(room, {}, calls);
    expect(runs).toHaveLength(5);
    expect(begun).toEqual([0, 1, 2, 3, 4].map((run) => ["lr-find", run]));
    expect(curve).toEqual(runs[0]);
    expect(curve).toMatchObject({ stopped: "diverged", steps: 100, beta: 0.9 });
    expect(steps[0]!.lr).toBe(1e-7);
    // What was gained below 2 is lost again a little above.
    expect(curve.lrs.at(-1)).toBeLessThan(20);
    // Convex descent falls fastest between 0.01 and 2.
    expect(suggestion.lr).toBeGreaterThan(0.01);
    expect(suggestion.lr).toBeLessThan(2);
    expect(events).toEqual([1, 2, 3, 4, 5].map((done) => ({ phase: "lr-find", done, total: 5 })));
  });

  it("tells of every step once layers are unfrozen, and ends at the total wherever the loss diverges", async () => {
    const { room, steps } = roomOf({ isUnfrozen: true });
    const { context: calls, events } = context();
    await lrFind(room, { runs: 2, steps: 40, endLr: 1e4 }, calls);
    const ofOne = steps.filter(({ run }) => run === 0).length;
    expect(ofOne).toBeLessThan(40);
    const told = Array.from({ length: ofOne - 1 }, (_, i) => i + 1);
    const expected = [...told, 40, ...told.map((done) => 40 + done), 80];
    expect(events).toEqual(expected.map((done) => ({ phase: "lr-find", done, total: 80 })));
  });

  it("draws the batches of each run and epoch anew, from streams of their own", async () => {
    const { room, steps } = roomOf();
    await lrFind(room, { runs: 2, steps: 10 }, context().context);
    for (const run of [0, 1]) {
      const drawn = steps.filter((step) => step.run === run).map(({ batch }) => [...batch]);
      const expected = [0, 1, 2, 3, 4].flatMap((epoch) => epochBatches(20, 8, 3, "lr-find", run, epoch));
      expect(drawn).toEqual(expected.slice(0, drawn.length).map((batch) => [...batch]));
      expect(drawn.length).toBeGreaterThan(6);
    }
  });

  it("takes the range as asked", async () => {
    const { room, steps } = roomOf();
    const options = { startLr: 1e-4, endLr: 1e-2, steps: 20, runs: 1, beta: 0.5 };
    const { curve } = await lrFind(room, options, context().context);
    expect(curve).toMatchObject({ steps: 20, beta: 0.5 });
    expect(steps[0]!.lr).toBe(1e-4);
    expect(curve.lrs[19]).toBeCloseTo(1e-2, 10);
  });

  it("stops in the middle with the signal's reason", async () => {
    const controller = new AbortController();
    const { room, steps } = roomOf();
    const rehearse: RehearsalRoom["rehearse"] = (path, work) =>
      room.rehearse(path, ({ step, score }) =>
        work({
          score,
          step: (batch, lr) => {
            if (steps.length === 30) controller.abort(new Error("enough"));
            return step(batch, lr);
          },
        }),
      );
    await expect(lrFind({ ...room, rehearse }, {}, context(controller).context)).rejects.toThrow("enough");
    expect(steps).toHaveLength(31);
  });

  it.each<[LrFindOptions, string]>([
    [{ runs: 0 }, "runs"],
    [{ runs: 1e9 }, "runs"],
    [{ runs: 1.5 }, "runs"],
    [{ startLr: 0 }, "startLr"],
    [{ startLr: 1, endLr: 0.1 }, "endLr"],
    [{ steps: 1 }, "steps"],
    [{ beta: 1 }, "beta"],
  ])("refuses %j", async (options, name) => {
    await refusal(() => lrFind(roomOf().room, options, context().context), "invalid-argument", name);
  });
});

describe("findCyclicalRange", () => {
  it("raises the rate in a straight line over eight epochs and reads where accuracy rises", async () => {
    const { room, steps } = roomOf();
    const { context: calls, events } = context();
    const { baseLr, maxLr, reason } = await findCyclicalRange(room, { endLr: 0.5 }, calls);
    expect(steps).toHaveLength(24);
    expect(steps[0]!.lr).toBe(1e-5);
    expect(steps.at(-1)!.lr).toBeCloseTo(0.5, 12);
    expect(steps[12]!.lr - steps[11]!.lr).toBeCloseTo((0.5 - 1e-5) / 23, 12);
    expect(events.at(-1)).toEqual({ phase: "lr-find", done: 24, total: 24 });
    expect(baseLr).toBeGreaterThan(0);
    expect(maxLr ?? 0.5).toBeGreaterThan(baseLr!);
    expect(reason).toMatch(/^R² /);
  });

  it("ends where the loss is no number any more", async () => {
    const { room, steps } = roomOf();
    const rehearse: RehearsalRoom["rehearse"] = (path, work) =>
      room.rehearse(path, ({ step, score }) =>
        work({ score, step: async (batch, lr) => (steps.length >= 5 ? Number.NaN : step(batch, lr)) }),
      );
    const { context: calls, events } = context();
    const { baseLr, reason } = await findCyclicalRange({ ...room, rehearse }, {}, calls);
    expect(events).toHaveLength(5);
    expect(baseLr).toBeNull();
    expect(reason).toContain("5 points are too few");
  });

  it.each<[CyclicalRangeOptions, string]>([
    [{ epochs: 0 }, "epochs"],
    [{ epochs: Number.POSITIVE_INFINITY }, "epochs"],
    [{ startLr: -1 }, "startLr"],
    [{ startLr: 1, endLr: 1 }, "endLr"],
    [{ endLr: Number.POSITIVE_INFINITY }, "endLr"],
  ])("refuses %j", async (options, name) => {
    await refusal(() => findCyclicalRange(roomOf().room, options, context().context), "invalid-argument", name);
  });
});
