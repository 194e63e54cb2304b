import { describe, expect, it } from "vitest";
import { watchFits } from "../../../src/cli/commands/watch-fits.js";
import { createOutput } from "../../../src/cli/output.js";
import type { EpochResult } from "../../../src/learner/border/report.js";
import type { FitState } from "../../../src/learner/callbacks.js";
import { caught } from "../../helpers/cli-here.js";

const head = [{ name: "head", lr: 0.0123 }];
const all = [
  { name: "stem", lr: 0.000061 },
  { name: "head", lr: 0.0061 },
];

function watch() {
  const [stdout, stderr] = [caught(), caught()];
  const shown: string[] = [];
  const output = {
    ...createOutput({ stdout, stderr, json: false }),
    progress: ({ phase, done, total }: { phase: string; done: number; total: number }) =>
      void shown.push(`${phase} ${done}/${total}`),
  };
  const { fits, callbacks, onProgress } = watchFits(output);
  const [callback] = callbacks;
  const state = (groups: FitState["groups"], epochs: number, epoch: number): FitState => ({
    ...{ epochs, epoch, groups, stepsPerEpoch: 2, results: [], stop: () => {} },
  });
  let line = 0;
  /** As `learner.fit` tells of one, in two steps an epoch. */
  const tell = (groups: FitState["groups"], epochs: number): void => {
    onProgress({ phase: "features", done: 4, total: 4 });
    callback!.beforeFit!(state(groups, epochs, 0));
    for (let epoch = 0; epoch < epochs; epoch++) {
      callback!.beforeEpoch!(state(groups, epochs, epoch));
      for (const done of [1, 2]) onProgress({ phase: "train", done, total: 2 });
      const result: EpochResult = {
        ...{ epoch: line++, trainLoss: 0.5, validLoss: 0.25, accuracy: 1, metrics: {}, seconds: 61 },
      };
      callback!.afterEpoch!(state(groups, epochs, epoch), result);
    }
  };
  return { stdout, stderr, shown, fits, tell };
}

describe("watchFits", () => {
  it("says what trains at which rates, and makes one table of all fits", () => {
    const { stdout, stderr, tell } = watch();
    tell(head, 2);
    tell(all, 1);
    expect(stderr.text).toBe(
      "Training 2 epochs of the head, learning rate up to 0.012\n" +
        "note: 4 steps are few; a smaller --batch-size, or more --epochs, make more of them.\n" +
        "Training 1 epoch of 2 layer groups, learning rates up to: stem 6.1e-5, head 0.0061\n",
    );
    expect(stdout.text.split("\n").map((line) => line.split(" ")[0])).toEqual(["epoch", "0", "1", "2", ""]);
  });

  it("calls steps few below twenty, when a head begins", () => {
    const said = (groups: FitState["groups"], epochs: number): string => {
      const { stderr, tell } = watch();
      tell(groups, epochs);
      return stderr.text;
    };
    expect(said(head, 9)).toContain("note: 18 steps are few;");
    expect(said(head, 10)).not.toContain("note");
    expect(said(all, 1)).not.toContain("note");
  });

  it("draws one bar over the epochs of each fit, and leaves other work its own", () => {
    const { shown, tell } = watch();
    tell(head, 2);
    tell(all, 1);
    expect(shown).toEqual([
      ...["features 4/4", "train 1/4", "train 2/4", "train 3/4", "train 4/4"],
      ...["features 4/4", "train 1/2", "train 2/2"],
    ]);
  });

  it("keeps the fits in order", () => {
    const { fits, tell } = watch();
    expect(fits).toEqual([]);
    tell(head, 2);
    tell(all, 1);
    expect(fits).toEqual([
      { epochs: 2, groups: head },
      { epochs: 1, groups: all },
    ]);
  });
});
