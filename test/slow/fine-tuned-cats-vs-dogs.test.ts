// All layers, fine-tuned on real photos.
import { expect, it } from "vitest";
import { createLearner, imageFolder } from "../helpers/build.js";
import { describeShared, sharedPath } from "../helpers/shared.js";

describeShared("cats vs dogs", () => {
  // Three seeds and more epochs: bench/fine-tune.ts.
  it("stays right when all layers are fine-tuned", async () => {
    await using learner = await createLearner({ data: imageFolder(sharedPath("data/cats-vs-dogs")), seed: 1 });
    const [head, tuned] = await learner.fineTune(1);
    console.log(`accuracy ${head!.accuracy}, fine-tuned ${tuned!.accuracy}`);
    expect(tuned!.validLoss).toBeLessThan(head!.validLoss);
    expect(tuned!.accuracy).toBeGreaterThanOrEqual(Math.max(0.98, head!.accuracy - 0.01));
  }, 600_000);
});
