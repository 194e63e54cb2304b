import { describe, expect, it } from "vitest";
import { relativeDifference } from "../helpers/difference.js";
import { refusal } from "../helpers/refusal.js";
import { tinyLearners } from "../helpers/tiny-learners.js";

const open = tinyLearners();

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
