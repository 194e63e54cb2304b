// The main job on real photos: defaults, the suggested rate, five epochs.
import { expect, it } from "vitest";
import { createLearner, imageFolder } from "../helpers/build.js";
import { describeShared, sharedPath } from "../helpers/shared.js";
import { temporaryFolder } from "../helpers/temporary.js";

describeShared("cats vs dogs", () => {
  // The features do not depend on the seed.
  const cache = { folder: temporaryFolder() };

  it.each([1, 2, 3])("seed %i: at least 196 of 200 validation photos are right", async (seed) => {
    await using learner = await createLearner({ data: imageFolder(sharedPath("data/cats-vs-dogs")), seed, cache });
    const { train, valid, skipped } = await learner.prepare();
    expect({ train, valid, skipped }).toEqual({ train: 800, valid: 200, skipped: [] });
    const { suggestion } = await learner.lrFind();
    const epochs = await learner.fitOneCycle(5, suggestion.lr!);
    const { accuracy } = await learner.validate();
    console.log(`seed ${seed}: rate ${suggestion.lr}, accuracy ${accuracy}`);
    expect(accuracy).toBe(epochs.at(-1)!.accuracy);
    expect(accuracy).toBeGreaterThanOrEqual(0.98);
  });
});
