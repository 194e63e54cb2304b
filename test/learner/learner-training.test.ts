import { describe, expect, it } from "vitest";
import type { Callback, StepsResult } from "../../src/learner/callbacks.js";
import type { Learner } from "../../src/learner/learner.js";
import { cyclical, oneCycle } from "../../src/lr-range/schedules.js";
import { refusal } from "../helpers/refusal.js";
import { tinyLearners } from "../helpers/tiny-learners.js";

const open = tinyLearners();

/** A callback that notes the rates of all steps. */
function rateWatch() {
  const lrs: number[] = [];
  const callback: Callback = { afterSteps: (_, steps: StepsResult) => void lrs.push(...steps.lrs) };
  return { lrs, callback };
}

describe("training", () => {
  it("fits at one rate; the history goes on over fits", async () => {
    const { learner } = await open();
    const { lrs, callback } = rateWatch();
    const first = await learner.fit(2, 0.5, { callbacks: [callback] });
    const second = await learner.fit(1, 0.1, { callbacks: [callback] });
    expect(lrs).toEqual([0.5, 0.5, 0.5, 0.5, 0.1, 0.1]);
    expect(first.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(second.map(({ epoch }) => epoch)).toEqual([2]);
    expect(learner.history).toEqual([...first, ...second]);
    expect(second[0]!.validLoss).toBeLessThan(Math.log(3));
    expect(Object.keys(first[0]!.metrics)).toEqual(["accuracy"]);
  });

  it("fits in one cycle", async () => {
    const { learner } = await open();
    const { lrs, callback } = rateWatch();
    await learner.fitOneCycle(3, 0.5, { callbacks: [callback], pctStart: 0.5, div: 10 });
    const schedule = oneCycle({ maxLr: 0.5, pctStart: 0.5, div: 10 });
    expect(lrs).toEqual([0, 1, 2, 3, 4, 5].map((step) => schedule(step, 6).lr));
    expect(lrs[0]).toBe(0.05);
    expect(lrs[3]).toBe(0.5);
  });

  it("fits in cycles of four epochs unless told otherwise", async () => {
    const { learner } = await open();
    const { lrs, callback } = rateWatch();
    await learner.fitCyclical(5, { baseLr: 0.1, maxLr: 0.5 }, { callbacks: [callback] });
    const schedule = cyclical({ baseLr: 0.1, maxLr: 0.5, stepSize: 4 });
    expect(lrs).toEqual(lrs.map((_, step) => schedule(step, 10).lr));
    expect([lrs[0], lrs[4], lrs[8]]).toEqual([0.1, 0.5, 0.1]);
    await learner.fitCyclical(1, { baseLr: 0.1, maxLr: 0.5, stepSize: 1 }, { callbacks: [callback] });
    expect(lrs.slice(10)).toEqual([0.1, 0.5]);
  });

  it.each<[string, (learner: Learner) => Promise<unknown>, string]>([
    ["no epochs", (learner) => learner.fit(0, 0.1), "epochs"],
    ["half an epoch", (learner) => learner.fitOneCycle(0.5, 0.1), "epochs"],
    ["endless epochs", (learner) => learner.fit(Number.POSITIVE_INFINITY, 0.1), "epochs"],
    ["no rate", (learner) => learner.fit(1, undefined as unknown as number), "lr"],
    ["a negative rate", (learner) => learner.fitOneCycle(1, -1), "maxLr"],
    ["a warm-up beyond the end", (learner) => learner.fitOneCycle(1, 1, { pctStart: 2 }), "pctStart"],
    ["a cycle upside down", (learner) => learner.fitCyclical(1, { baseLr: 1, maxLr: 0.1 }), "maxLr"],
    ["no cycle", (learner) => learner.fitCyclical(1, undefined as never), "fitCyclical's cycle"],
    ["no range", (learner) => learner.lrFind({ startLr: 1, endLr: 0.1 }), "endLr"],
  ])("refuses %s, and stays usable", async (_, call, name) => {
    const { learner } = await open();
    await refusal(() => call(learner), "invalid-argument", name);
    expect(learner.history).toEqual([]);
    expect(await learner.fit(1, 0.1)).toHaveLength(1);
  });

  it("stops where a callback says so, and ends with what one throws, in the steps as well", async () => {
    const { learner } = await open();
    expect(await learner.fit(9, 0.1, { callbacks: [{ afterEpoch: ({ stop }) => stop() }] })).toHaveLength(1);
    const throwing: Callback = {
      afterSteps: () => {
        throw new Error("from a callback");
      },
    };
    await expect(learner.fit(9, 0.1, { callbacks: [throwing] })).rejects.toThrow("from a callback");
    expect(learner.history).toHaveLength(1);
    expect(await learner.fit(1, 0.1)).toMatchObject([{ epoch: 1 }]);
  });

  it("is busy while it trains or rehearses, but answers what only looks", async () => {
    const { learner } = await open();
    const fit = learner.fit(3, 0.1);
    await refusal(() => learner.lrFind(), "busy", "lrFind cannot start while fit is running");
    await refusal(() => learner.fit(1, 0.1), "busy");
    expect((await learner.predict("photos/red/1")).label).toBeTypeOf("string");
    expect(await fit).toHaveLength(3);
    const range = learner.cyclicalRange({ epochs: 5 });
    await refusal(() => learner.fit(1, 0.1), "busy", "while cyclicalRange is running");
    await range;
  });

  it("forgets a fit that diverged; what was before it stays", async () => {
    const { learner, contents } = await open();
    await learner.fit(1, 0.5);
    const before = await learner.validate();
    // The rate overflows in the second epoch.
    const cycle = { baseLr: 1e-3, maxLr: 1e300, stepSize: 4, mode: "triangular" } as const;
    await refusal(() => learner.fitCyclical(3, cycle), "diverged");
    expect(learner.history).toHaveLength(1);
    expect(await learner.validate()).toEqual(before);
    await learner.exportOnnx("out");
    expect(contents.get("out/README.md")).toContain("`fit(1, 0.5)`");
    expect(contents.get("out/README.md")).not.toContain("fitCyclical");
  });

  it("keeps the epochs done when it is cancelled, and stays usable", async () => {
    const { learner } = await open();
    const controller = new AbortController();
    const callbacks: Callback[] = [
      { afterEpoch: (_, { epoch }) => void (epoch === 1 && controller.abort(new Error("enough"))) },
    ];
    await expect(learner.fit(100, 0.1, { signal: controller.signal, callbacks })).rejects.toThrow("enough");
    expect(learner.history.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(await learner.fit(1, 0.1)).toMatchObject([{ epoch: 2 }]);
  });
});
