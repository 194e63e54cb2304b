import { describe, expect, it } from "vitest";
import type { ErrorDetails } from "../../src/errors.js";
import { checkCycle, checkForms, checkOptions, checkRange } from "../../src/learner/call-options.js";
import { ttaViews } from "../../src/learner/tta-option.js";
import { refusal } from "../helpers/refusal.js";

const refused = async (call: () => unknown): Promise<ErrorDetails["invalid-argument"]> =>
  (await refusal(call, "invalid-argument")).details;

describe("checkOptions", () => {
  it("gives back options that the call knows", () => {
    const options = { signal: new AbortController().signal, onProgress: () => {}, runs: 3, startLr: undefined };
    expect(checkOptions("lrFind", options as never)).toBe(options);
    expect(checkOptions("prepare", {})).toEqual({});
  });

  it("knows the options of each call, and of no other", async () => {
    expect(await refused(() => checkOptions("fit", { pctStart: 0.3 } as never))).toEqual({
      name: "fit's options",
      expected: "options among signal, onProgress, callbacks, checkpoint, earlyStopping, restoreBest",
      received: '"pctStart"',
    });
    expect((await refused(() => checkOptions("evaluate", { metric: [] } as never))).expected).toBe(
      "options among signal, onProgress, tta, split, metrics, maxSkipped",
    );
    expect((await refused(() => checkOptions("exportOnnx", { fp16: true } as never))).received).toBe('"fp16"');
  });

  it("refuses signals and functions that are none", async () => {
    expect((await refused(() => checkOptions("predict", { signal: null } as never))).name).toBe("signal");
    expect((await refused(() => checkOptions("predict", { onProgress: "log" } as never))).name).toBe("onProgress");
    expect((await refused(() => checkOptions("predict", null as never))).name).toBe("predict's options");
  });
});

it("checkCycle knows the fields of a cycle", async () => {
  const cycle = { baseLr: 0.1, maxLr: 1, stepSize: 5, mode: "triangular", gamma: 0.9 } as const;
  expect(checkCycle(cycle)).toBe(cycle);
  expect((await refused(() => checkCycle(undefined as never))).name).toBe("fitCyclical's cycle");
  expect((await refused(() => checkCycle({ ...cycle, step_size: 3 } as never))).received).toBe('"step_size"');
});

it("checkForms takes flags", async () => {
  checkForms({});
  checkForms({ foldBatchNorm: true, softmax: true, float16: false });
  expect((await refused(() => checkForms({ foldBatchNorm: 1 } as never))).name).toBe("foldBatchNorm");
  expect((await refused(() => checkForms({ softmax: "yes" } as never))).name).toBe("softmax");
  expect((await refused(() => checkForms({ float16: null } as never))).name).toBe("float16");
});

it("checkRange takes what can be drawn", async () => {
  const run = { lrs: [1], losses: [1], smoothed: [1], beta: 0.9, steps: 1, stopped: "end" } as const;
  const suggestion = { lr: null, rule: null, reason: "", rules: {} as never, warnings: [] };
  checkRange({ curve: run, runs: [run], suggestion });
  for (const range of [
    null,
    undefined,
    5,
    [],
    {},
    { runs: [run] },
    { runs: [null], suggestion },
    { runs: 5, suggestion },
  ])
    expect((await refused(() => checkRange(range as never))).name).toBe("range");
});

it("ttaViews is how many views are asked for", async () => {
  expect([{}, { tta: false }, { tta: true }, { tta: 7 }].map(ttaViews)).toEqual([0, 0, 4, 7]);
  for (const tta of [0, 33, 1.5, "4", null]) expect((await refused(() => ttaViews({ tta } as never))).name).toBe("tta");
});
