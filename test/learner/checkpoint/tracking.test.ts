import { describe, expect, it } from "vitest";
import type { Tracking } from "../../../src/learner/border/checkpoint.js";
import { checkMonitor, type TrackingOptions, trackingOf } from "../../../src/learner/checkpoint/tracking.js";
import { refused } from "../../helpers/refusal.js";

const stopping = (options: Exclude<TrackingOptions["earlyStopping"], boolean> = {}): Tracking =>
  trackingOf({ earlyStopping: options })!;

describe("trackingOf", () => {
  it("is nothing where nothing is asked for, and fast.ai's defaults for `true`", () => {
    expect(trackingOf({})).toBeUndefined();
    expect(trackingOf({ earlyStopping: false, restoreBest: false })).toBeUndefined();
    const all = { monitor: "validLoss", minDelta: 0, patience: 1, restoreBest: true };
    expect(trackingOf({ earlyStopping: true })).toEqual(all);
    expect(trackingOf({ earlyStopping: {} })).toEqual(all);
  });

  it("restores the best without stopping, and stops without restoring it", () => {
    expect(trackingOf({ restoreBest: true })).toEqual({ monitor: "validLoss", minDelta: 0, restoreBest: true });
    expect(trackingOf({ earlyStopping: { patience: 3, monitor: "top5" }, restoreBest: false })).toEqual({
      monitor: "top5",
      minDelta: 0,
      patience: 3,
      restoreBest: false,
    });
  });

  it.each<[string, unknown]>([
    ["restoreBest", { restoreBest: 1 }],
    ["earlyStopping", { earlyStopping: "yes" }],
    ["earlyStopping", { earlyStopping: null }],
    ["earlyStopping", { earlyStopping: { patients: 3 } }],
    ["earlyStopping.monitor", { earlyStopping: { monitor: 5 } }],
    ["earlyStopping.patience", { earlyStopping: { patience: 0 } }],
    ["earlyStopping.patience", { earlyStopping: { patience: 1.5 } }],
    ["earlyStopping.minDelta", { earlyStopping: { minDelta: -0.1 } }],
    ["earlyStopping.minDelta", { earlyStopping: { minDelta: Number.NaN } }],
  ])("refuses a wrong %s: %j", (name, options) => {
    expect(refused(() => trackingOf(options as TrackingOptions)).name).toBe(name);
  });
});

describe("checkMonitor", () => {
  it("takes losses and the learner's metrics, and refuses others", () => {
    checkMonitor(undefined, []);
    for (const monitor of ["trainLoss", "validLoss", "macroF1"] as const)
      checkMonitor(stopping({ monitor }), ["macroF1"]);
    const { name, received } = refused(() => checkMonitor(stopping({ monitor: "top5" }), ["macroF1"]));
    expect([name, received]).toEqual(["earlyStopping.monitor", '"top5"']);
  });
});
