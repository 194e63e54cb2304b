// Photos that cannot be trained on: single ones are skipped and counted, data sets are refused with a typed error.
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blackPng } from "../datasets/black-png.js";
import { createLearner, imageFolder, imageList, loadClassifier } from "../helpers/build.js";
import { largestDifference } from "../helpers/difference.js";
import { copyFew, photosIn } from "../helpers/photos.js";
import { refusal } from "../helpers/refusal.js";
import { imageClassifier } from "../helpers/small-models.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
// Small, so that none of this waits for a network.
const model = imageClassifier();
const few = { classes: ["bag", "coat"], train: 12, valid: 4 };

let sets = 0;
/** A folder of 32 good photos to spoil. */
const goodPhotos = (): string => copyFew(join(folder, `set ${sets++}`), few);
const open = (root: string) => createLearner({ model, data: imageFolder(root) });

/** What a learner says of its photos. */
async function prepared(root: string, image: { maxPixels?: number; maxSkipped?: number } = {}) {
  await using learner = await createLearner({ model, data: imageFolder(root), image });
  return await learner.prepare();
}

describe("a data set", () => {
  it("that is not there, or is a file", async () => {
    await refusal(() => open(join(folder, "nowhere")), "file-access", "nowhere", "one folder of photos per class");
    const [photo] = photosIn(join(goodPhotos(), "train/bag"));
    await refusal(() => open(photo!), "file-access", photo!, "one folder of photos per class");
  });

  it("that is empty", async () => {
    const root = join(folder, "empty");
    mkdirSync(root);
    await refusal(() => open(root), "invalid-dataset", root, "no photos", "folder of their own");
    await refusal(() => createLearner({ model, data: imageList([]) }), "invalid-dataset", "list", "no photos");
  });

  it("of one class", async () => {
    const root = copyFew(join(folder, "one"), { ...few, classes: ["bag"] });
    await refusal(() => open(root), "invalid-dataset", root, "one class only (bag)", "Add photos");
  });

  it("with a class of one photo", async () => {
    const root = join(folder, "lonely");
    mkdirSync(join(root, "coat"), { recursive: true });
    renameSync(join(goodPhotos(), "train/bag"), join(root, "bag"));
    const [photo] = photosIn(join(goodPhotos(), "train/coat"));
    copyFileSync(photo!, join(root, "coat/only.png"));
    await refusal(() => open(root), "invalid-dataset", root, "class coat has one photo", "It takes two");
  });

  it("whose photos are nearly all unreadable, or all of one class", async () => {
    const root = goodPhotos();
    const spoilt = photosIn(join(root, "train/bag"));
    for (const photo of spoilt) writeFileSync(photo, "");
    const few = await refusal(() => prepared(root), "too-many-unreadable", "of 32", "empty", "image.maxSkipped = 0.1");
    expect(few.details.skipped.length).toBeGreaterThanOrEqual(4);
    await refusal(() => prepared(root, { maxSkipped: 1 }), "invalid-dataset", /"bag"/, "Add photos");
  });

  it("whose features do not fit into the cache", async () => {
    const data = imageFolder(goodPhotos());
    await using learner = await createLearner({ model, data, cache: { memoryLimit: 32 * 3 * 4 - 1 } });
    const { details } = await refusal(() => learner.fit(1, 0.1), "memory-limit", "32 photos", "cache.memoryLimit");
    expect(details).toEqual({ needed: 384, limit: 383 });
  });
});

describe("single photos", () => {
  it("that are empty, damaged, or something else are skipped and counted, each with its reason", async () => {
    const root = goodPhotos();
    const [photo] = photosIn(join(root, "train/coat"));
    writeFileSync(join(root, "train/bag/empty.jpg"), "");
    writeFileSync(join(root, "train/bag/page.png"), "<html>not a photo</html>");
    writeFileSync(join(root, "train/coat/phone.heic"), "any");
    writeFileSync(join(root, "train/coat/short.png"), readFileSync(photo!).subarray(0, 200));
    const { train, valid, skipped } = await prepared(root, { maxSkipped: 0.2 });
    expect({ train, valid }).toEqual({ train: 24, valid: 8 });
    expect(Object.fromEntries(skipped.map(({ image, reason }) => [image, reason]))).toEqual({
      "train/bag/empty.jpg": expect.stringContaining("empty"),
      "train/bag/page.png": expect.stringContaining("not an image"),
      "train/coat/phone.heic": expect.stringContaining("convert it to JPEG"),
      "train/coat/short.png": expect.stringContaining("damaged"),
    });
  });

  it("of 20,000 × 20,000 pixels are skipped, unless image.maxPixels allows them", async () => {
    const root = goodPhotos();
    const image = "train/bag/huge.png";
    writeFileSync(join(root, image), blackPng(20_000, 20_000));
    const { train, skipped } = await prepared(root);
    expect(train).toBe(24);
    expect(skipped).toEqual([{ image, reason: expect.stringMatching(/20000 × 20000.*image\.maxPixels/) }]);
    expect(await prepared(root, { maxPixels: 400_000_000 })).toMatchObject({ train: 25, skipped: [] });
  });

  it("are refused one by one by predict, which goes on afterwards", async () => {
    await using learner = await open(goodPhotos());
    const [photo] = photosIn(join(folder, "set 0/train/bag"));
    const missing = join(folder, "missing.png");
    await refusal(() => learner.predict(missing), "unreadable-image", "missing.png", "there is no file");
    await refusal(() => learner.predict([photo!, Buffer.from("no")]), "unreadable-image", "2 bytes", "not an image");
    await refusal(() => learner.predict(blackPng(20_000, 20_000)), "unreadable-image", "image.maxPixels");
    expect(await learner.predict(photo!)).toMatchObject({ probability: 0.5 });
  });
});

describe("names", () => {
  it("may have spaces, umlauts, other scripts, and what JSON and tables use", async () => {
    const root = join(folder, "Fotos für später 猫");
    const classes = ["grüne Äpfel", "猫 と 犬", 'a "b" | c', "__proto__"];
    const source = photosIn(join(goodPhotos(), "train/bag"));
    for (const name of classes) {
      mkdirSync(join(root, name), { recursive: true });
      for (const photo of source) copyFileSync(photo, join(root, name, `Füße ${photo.slice(-9)}`));
    }
    await using learner = await open(root);
    const sorted = classes.toSorted();
    expect(learner.classes).toEqual(sorted);
    await learner.fit(2, 0.1);
    const out = join(folder, "export é 日本");
    await learner.exportOnnx(out);
    await using classifier = await loadClassifier(out);
    expect(classifier.classes).toEqual(sorted);
    const [photo] = photosIn(join(root, classes[1]!));
    const [ours, theirs] = [await learner.predict(photo!), await classifier.predict(photo!)];
    expect(largestDifference(ours.logits, theirs.logits)).toBeLessThan(1e-6);
  });
});
