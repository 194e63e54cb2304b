// Test-time augmentation of a learner, beside its single predictions.
import { afterEach, describe, expect, it } from "vitest";
import type { CallContext } from "../../../../src/learner/border/channel.js";
import { stage } from "../../../../src/learner/border/stage.js";
import { LearnerEngine } from "../../../../src/learner/engine/engine.js";
import type { Prediction } from "../../../../src/learner/engine/prediction/predict.js";
import type { Validation } from "../../../../src/learner/engine/training/validation.js";
import { type LearnerOptions, toSpec } from "../../../../src/learner/options.js";
import { convOptions, convPhotos, watchedPlatform } from "../../../helpers/unfreezing.js";

const engines: LearnerEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };
const valid = convPhotos.filter(({ split }) => split === "valid");
const mirror = {
  randomResizedCrop: false,
  colorJitter: false,
  rotation: 0,
  horizontalFlip: 1,
} as const;

async function open(options: Partial<LearnerOptions> = {}) {
  const engine = new LearnerEngine(watchedPlatform());
  engines.push(engine);
  const spec = toSpec({ ...convOptions(), ...options });
  await engine.open(await stage(spec, (slice) => engine.stage(slice)), quiet);
  await engine.trainEpoch({ rates: { lr: [0.5, 0.5], momentum: [0.9, 0.9] }, firstStep: 0 }, quiet);
  return engine;
}

describe("predictViews", () => {
  it("of views that change nothing is the prediction itself", async () => {
    const engine = await open({ augment: { ...mirror, horizontalFlip: 0 } });
    const images = valid.map(({ image }) => image);
    const plain = (await engine.predict(images, quiet)) as Prediction[];
    const averaged = (await engine.predictViews({ images, views: 3 }, quiet)) as Prediction[];
    for (const [i, { label, scores, logits }] of averaged.entries()) {
      expect(label).toBe(plain[i]!.label);
      for (const [c, score] of scores.entries())
        expect(score.probability).toBeCloseTo(plain[i]!.scores[c]!.probability, 6);
      expect(logits.reduce((sum, x) => sum + Math.exp(x), 0)).toBeCloseTo(1, 6);
    }
  });

  it("sees each image alone as it does among others", async () => {
    const engine = await open({ augment: true });
    const images = valid.map(({ image }) => image);
    const together = (await engine.predictViews({ images, views: 4 }, quiet)) as Prediction[];
    expect(together.map(({ logits }) => [...logits])).not.toEqual(
      ((await engine.predict(images, quiet)) as Prediction[]).map(({ logits }) => [...logits]),
    );
    for (const [i, image] of images.entries()) {
      const [alone] = (await engine.predictViews({ images: [image], views: 4 }, quiet)) as Prediction[];
      for (const [c, logit] of alone!.logits.entries()) expect(logit).toBeCloseTo(together[i]!.logits[c]!, 5);
    }
  });
});

describe("validateViews", () => {
  it("scores what predictViews says of the validation photos", async () => {
    const engine = await open();
    const predictions = (await engine.predictViews(
      { images: valid.map(({ image }) => image), views: 2 },
      quiet,
    )) as Prediction[];
    const { accuracy, loss, confusion } = (await engine.validateViews(2, quiet)) as Validation;
    const hits = predictions.filter(({ label }, i) => label === valid[i]!.label).length;
    expect(accuracy).toBeCloseTo(hits / valid.length, 12);
    expect(confusion.flat().reduce((sum, n) => sum + n)).toBe(valid.length);
    const own = predictions.map(({ scores }, i) => scores.find(({ label }) => label === valid[i]!.label)!.probability);
    expect(loss).toBeCloseTo(own.reduce((sum, p) => sum - Math.log(p), 0) / valid.length, 5);
  });
});
