import { afterEach, describe, expect, it } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import type { Callback, StepsResult } from "../../src/learner/callbacks.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import type { Learner } from "../../src/learner/learner.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { cyclical, oneCycle } from "../../src/lr-range/schedules.js";
import { relativeDifference } from "../helpers/difference.js";
import { refusal } from "../helpers/refusal.js";
import { colourItems, portHost, tinyPlatform } from "../helpers/tiny-platform.js";

const learners: Learner[] = [];
afterEach(async () => {
  for (const learner of learners.splice(0)) await learner.dispose();
});

/** 27 photos to train on, two steps an epoch, 9 to validate on; behind a port. */
async function open(options: Partial<LearnerOptions> = {}, platform = tinyPlatform()) {
  const data = imageList(colourItems(12));
  const host = portHost(platform);
  const learner = await createLearnerOn(host, {
    ...{ model: "tiny", data, batchSize: 16, device: { name: "cpu", threads: 1 } },
    ...options,
  });
  learners.push(learner);
  return { learner, contents: platform.files.contents };
}

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

describe("the other calls", () => {
  it("tell what there is", async () => {
    const { learner } = await open();
    expect(learner.classes).toEqual(["blue", "green", "red"]);
    expect(learner.device).toBe("cpu");
    expect(learner.info).toMatchObject({ model: "tiny", features: 3 });
    expect(await learner.prepare()).toEqual({ train: 27, valid: 9, skipped: [], stepsPerEpoch: 2 });
  });

  it("report their progress, whichever of them reads the photos", async () => {
    const { learner } = await open();
    const phases: string[] = [];
    const onProgress = ({ phase, done, total }: { phase: string; done: number; total: number }) =>
      phases.push(`${phase} ${done}/${total}`);
    await learner.validate({ onProgress });
    expect(phases.at(-1)).toBe("features 36/36");
    await learner.lrFind({ runs: 2, onProgress });
    await learner.fit(1, 0.1, { onProgress });
    await learner.predict(["photos/red/1"], { onProgress });
    expect(phases.slice(-5)).toEqual(["lr-find 1/2", "lr-find 2/2", "train 1/2", "train 2/2", "predict 1/1"]);
  });

  it("predict one image or many", async () => {
    const { learner } = await open();
    await learner.fit(20, 0.5);
    const one = await learner.predict("photos/red/2");
    expect(one.label).toBe("red");
    const [red, blue] = await learner.predict(["photos/red/2", "photos/blue/2"]);
    expect([red!.label, blue!.label]).toEqual(["red", "blue"]);
    // The runtime adds in another order for one row than for two.
    expect(relativeDifference(red!.logits, one.logits)).toBeLessThan(1e-6);
    expect(await learner.predict([])).toEqual([]);
  });

  it("export with what the training came to", async () => {
    const { learner, contents } = await open({ metrics: ["accuracy", "macroF1"] });
    const range = await learner.lrFind({ runs: 1 });
    await learner.fitOneCycle(2, 0.25);
    const files = await learner.exportOnnx("out");
    expect(files).toEqual([...contents.keys()].map((path) => path.replace("out/", "")));
    expect(files).toContain("lr-find.svg");
    const card = String(contents.get("out/README.md"));
    expect(card).toContain("fitOneCycle(2, 0.25)");
    expect(card).toContain("27 to train on, 9 to validate on, 0 skipped");
    expect(card).toContain(range.suggestion.reason);
    expect(await learner.plotLrFind(range)).toBe(contents.get("out/lr-find.svg"));
  });
});

describe("dispose", () => {
  it("ends what is under way, and refuses what comes later; twice is once", async () => {
    const { learner } = await open();
    const under = refusal(() => learner.fit(10_000, 0.1), "disposed", "This learner is disposed");
    await learner.validate();
    await learner.dispose();
    await under;
    await refusal(() => learner.validate(), "disposed");
    await refusal(() => learner.fit(1, 0.1), "disposed");
    await learner.dispose();
    await learner[Symbol.asyncDispose]();
  });
});
