// Every call of a learner and of a classifier, with everything that callers without types may write: refused by name,
// and before any work begins.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import type { Learner } from "../../src/learner/learner.js";
import { type Classifier, loadClassifierOn } from "../../src/learner/load-classifier.js";
import { refusal } from "../helpers/refusal.js";
import { colourItems, portHost, tinyPlatform } from "../helpers/tiny-platform.js";

const platform = tinyPlatform();
const host = portHost(platform);
const data = imageList(colourItems(4));
let learner: Learner;
let classifier: Classifier;

beforeAll(async () => {
  learner = await createLearnerOn(host, { model: "tiny", data, batchSize: 4 });
  await learner.exportOnnx("out");
  classifier = await loadClassifierOn(host, "out");
});
afterAll(async () => {
  await learner.dispose();
  await classifier.dispose();
});

/** A call with these options, which may be anything. */
type Call = (options: never) => unknown;

const calls: Readonly<Record<string, Call>> = {
  prepare: (options) => learner.prepare(options),
  lrFind: (options) => learner.lrFind(options),
  cyclicalRange: (options) => learner.cyclicalRange(options),
  fit: (options) => learner.fit(1, 0.1, options),
  fitOneCycle: (options) => learner.fitOneCycle(1, 0.1, options),
  fitCyclical: (options) => learner.fitCyclical(1, { baseLr: 0.1, maxLr: 1 }, options),
  freezeTo: (options) => learner.freezeTo(0, options),
  fineTune: (options) => learner.fineTune(1, options),
  validate: (options) => learner.validate(options),
  predict: (options) => learner.predict("photos/red/1", options),
  exportOnnx: (options) => learner.exportOnnx("elsewhere", options),
  evaluate: (options) => classifier.evaluate(data, options),
};

async function expectRefused(call: () => unknown, name: string | RegExp): Promise<void> {
  const { details } = await refusal(call, "invalid-argument", "Expected", "received");
  expect(details.name).toMatch(name);
}

const onlyFits = (name: string): boolean => /^fi(t|neTune)/.test(name);

describe.each(Object.entries(calls))("%s refuses", (name, call) => {
  it.each([[null], ["fast"], [5], [true], [[]]])("%j for its options", async (options) => {
    await expectRefused(() => call(options as never), `${name}'s options`);
  });

  it("an option that it does not know", async () => {
    for (const options of [{ onprogress: () => {} }, { abort: new AbortController().signal }, { LR: 1 }])
      await expectRefused(() => call(options as never), `${name}'s options`);
  });

  it("a signal that is none, and progress that goes nowhere", async () => {
    for (const signal of [null, {}, "stop", new AbortController()])
      await expectRefused(() => call({ signal } as never), "signal");
    for (const onProgress of [null, "log", {}, true])
      await expectRefused(() => call({ onProgress } as never), "onProgress");
  });

  // Only fits take any.
  if (!onlyFits(name)) return;
  it("callbacks that are none", async () => {
    for (const callbacks of [null, {}, "log", [null], [{ afterEpochs: () => {} }], [{ afterEpoch: 5 }]])
      await expectRefused(() => call({ callbacks } as never), /^callbacks/);
  });
});

describe("values that are wrong", () => {
  it.each<[string, string, unknown]>([
    ["lrFind", "startLr", [null, "0.1", 0, Number.NaN, Infinity]],
    ["lrFind", "endLr", [null, "10", 1e-8, Infinity]],
    ["lrFind", "steps", [null, "100", 1, 2.5]],
    ["lrFind", "runs", [null, "5", 0, 1.5]],
    ["lrFind", "beta", [null, "0.9", -0.1, 1]],
    ["cyclicalRange", "startLr", [null, "0.1", -1]],
    ["cyclicalRange", "endLr", [null, "1", 1e-9]],
    ["cyclicalRange", "epochs", [null, "8", 0]],
    ["fitOneCycle", "pctStart", [null, "0.3", 1]],
    ["fitOneCycle", "div", [null, "25", 0]],
    ["fitOneCycle", "divFinal", [null, "1e5", -1]],
    ["fitOneCycle", "momenta", [null, 0.9, [0.9], ["0.9", "0.8", "0.9"], [0.9, null, 0.9]]],
    ["lrFind", "spread", [null, "100", 0, -1, Infinity]],
    ["fineTune", "lrMult", [null, "100", 0.5]],
    ["fineTune", "freezeTo", [null, "1", 2, -3]],
    ["exportOnnx", "softmax", [null, "yes", 1]],
    ["exportOnnx", "float16", [null, "no", 0]],
    ["evaluate", "split", [null, "test", 5]],
    ["evaluate", "metrics", [null, "accuracy", ["auc"], [5]]],
    ["evaluate", "maxSkipped", [null, "0.1", -1, 2]],
  ])("%s refuses wrong values of %s", async (name, option, values) => {
    for (const value of values as readonly unknown[])
      await expectRefused(() => calls[name]!({ [option]: value } as never), option);
  });

  it.each<[string, () => unknown]>([
    ["range", () => learner.plotLrFind(null as never)],
    ["range", () => learner.plotLrFind({} as never)],
    ["fitCyclical's cycle", () => learner.fitCyclical(1, null as never)],
    ["fitCyclical's cycle", () => learner.fitCyclical(1, { baseLr: 0.1, maxLr: 1, steps: 5 } as never)],
    ["stepSize", () => learner.fitCyclical(1, { baseLr: 0.1, maxLr: 1, stepSize: null as never })],
    ["predict's image", () => learner.predict(null as never)],
    ["folder", () => learner.exportOnnx(null as never)],
    ["predict's image", () => classifier.predict({} as never)],
    ["predict's options", () => classifier.predict("photos/red/1", null as never)],
    ["data", () => classifier.evaluate(null as never)],
    ["data", () => classifier.evaluate("photos" as never)],
    ["loadClassifier's options", () => loadClassifierOn(host, "out", null as never)],
    ["loadClassifier's options", () => loadClassifierOn(host, "out", { gpu: true } as never)],
    ["imageFolder's options", () => imageFolder("photos", null as never)],
    ["imageFolder's options", () => imageFolder("photos", { valid: 0.2 } as never)],
    ["validFraction", () => imageFolder("photos", { validFraction: null as never })],
    ["imageList's options", () => imageList([], null as never)],
    ["imageList's options", () => imageList([], { Seed: 1 } as never)],
    ["seed", () => imageList([], { seed: null as never })],
  ])("of %s", async (name, call) => {
    await expectRefused(call, name);
  });
});

it("has done nothing of all this, and stays usable", async () => {
  expect(learner.history).toEqual([]);
  expect(platform.files.contents.has("elsewhere/onnx/model.onnx")).toBe(false);
  expect(await learner.fit(1, 0.1, { signal: undefined, onProgress: undefined, callbacks: [] })).toHaveLength(1);
  expect((await classifier.evaluate(data)).photos).toBe(3);
});
