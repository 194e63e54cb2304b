// The exported folder in transformers.js, in the process in which regraft works: with default options, the same classes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { env, pipeline } from "@huggingface/transformers";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createLearner, imageList } from "../helpers/build.js";
import { fashionMini, photosIn, somePhotos } from "../helpers/photos.js";
import { describeShared, sharedPath } from "../helpers/shared.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
env.allowRemoteModels = false;
env.localModelPath = folder;

describe("transformers.js", () => {
  it("gives the learner's top-1 on 20 photos", async () => {
    // Its resizing moves what it enlarges by half a pixel of the small picture: 28 pixels have to grow beforehand.
    const enlarged = join(folder, "photos");
    mkdirSync(enlarged);
    const grow = async (photo: string): Promise<string> => {
      const path = join(enlarged, photo.replaceAll("/", "_"));
      await sharp(photo).resize(300, 300).toFile(path);
      return path;
    };
    const names = ["bag", "dress", "sandal", "trouser"];
    const items = names.flatMap((label) =>
      photosIn(join(fashionMini, "train", label))
        .slice(0, 30)
        .map((image) => ({ image, label })),
    );
    const unseen = names.flatMap((name) => photosIn(join(fashionMini, "valid", name)).slice(0, 5));
    await expectSameClasses("fashion", items, await Promise.all(unseen.map(grow)));
  });
});

describeShared("transformers.js on cats and dogs", () => {
  it("gives the learner's top-1 on 20 photos", async () => {
    const items = ["cat", "dog"].flatMap((label) =>
      photosIn(sharedPath("data/cats-vs-dogs/train", label))
        .slice(0, 40)
        .map((image) => ({ image, label })),
    );
    await expectSameClasses("cats-vs-dogs", items, somePhotos(sharedPath("data/cats-vs-dogs/valid"), 10));
  });
});

/** Trains on the items, exports to a folder of this name, and lets both sides classify the photos. */
async function expectSameClasses(name: string, items: { image: string; label: string }[], photos: string[]) {
  await using learner = await createLearner({ data: imageList(items) });
  await learner.fitOneCycle(5, 0.01);
  await learner.exportOnnx(join(folder, name));
  const ours = await learner.predict(photos);
  const classify = await pipeline("image-classification", name);
  expect(photos).toHaveLength(20);
  for (const [i, photo] of photos.entries()) {
    const [top] = (await classify(photo)) as { label: string; score: number }[];
    expect(top!.label, photo).toBe(ours[i]!.label);
    expect(top!.score, photo).toBeCloseTo(ours[i]!.probability, 1);
  }
  // Its session lives beside ours: neither disturbs the other.
  expect(await learner.predict(photos)).toEqual(ours);
  await classify.dispose();
}
