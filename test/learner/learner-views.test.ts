// What a learner is asked for of views of photos, through a port: test-time augmentation, and the batch as a picture.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import type { Learner } from "../../src/learner/learner.js";
import { refusal } from "../helpers/refusal.js";
import { colourItems, portHost, tinyPlatform } from "../helpers/tiny-platform.js";

let learner: Learner;
beforeEach(async () => {
  const device = { name: "cpu", threads: 1 } as const;
  learner = await createLearnerOn(portHost(tinyPlatform()), { model: "tiny", data: imageList(colourItems(8)), device });
  await learner.fit(3, 0.5);
});
afterEach(() => learner.dispose());

describe("tta", () => {
  it("is four views for true, and changes no other prediction", async () => {
    const image = "photos/red/0";
    const plain = await learner.predict(image);
    const four = await learner.predict(image, { tta: true });
    expect(four.logits).toEqual((await learner.predict(image, { tta: 4 })).logits);
    expect(four.logits).not.toEqual((await learner.predict([image], { tta: 2 }))[0]!.logits);
    expect((await learner.predict(image, { tta: false })).logits).toEqual(plain.logits);
    const validation = await learner.validate();
    expect((await learner.validate({ tta: true })).loss).not.toBe(validation.loss);
    expect(await learner.validate()).toEqual(validation);
  });

  it("is refused where it is no number of views", async () => {
    await refusal(() => learner.predict("photos/red/0", { tta: 0 }), "invalid-argument", "tta");
    await refusal(() => learner.validate({ tta: 33 }), "invalid-argument", "tta");
  });
});

describe("showBatch", () => {
  it("is nine photos of the first epoch's first batch, or as many as are asked for", async () => {
    const count = async (options = {}) => (await learner.showBatch(options)).match(/<image /g)!.length;
    expect([await count(), await count({ photos: 2 }), await count({ photos: 64 })]).toEqual([9, 2, 18]);
    expect(await learner.showBatch({ epoch: 1 })).toContain("First batch of epoch 1");
  });

  it.each([{ photos: 0 }, { photos: 65 }, { epoch: -1 }, { unfrozen: "yes" as never }])(
    "refuses %o",
    async (options) => {
      await refusal(() => learner.showBatch(options), "invalid-argument", Object.keys(options)[0]!);
    },
  );
});
