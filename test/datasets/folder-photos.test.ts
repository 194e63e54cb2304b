import { describe, expect, it } from "vitest";
import { findPhotos } from "../../src/datasets/folder-photos.js";
import { memoryTree } from "./memory-tree.js";

/** "label split name" of all photos found. */
async function found(paths: readonly string[]): Promise<string[]> {
  const { photos } = await findPhotos("root", memoryTree("root", paths));
  for (const { image, name } of photos) expect(image).toBe(`root/${name}`);
  return photos.map(({ label, split, name }) => `${label} ${split ?? "-"} ${name}`).sort();
}

describe("findPhotos", () => {
  it("takes a folder for a class, nested folders included", async () => {
    const paths = ["cat/1.jpg", "cat/2019/may/2.PNG", "große Hunde/猫 1.webp", "dog/notes.txt"];
    expect(await found(paths)).toEqual([
      "cat - cat/1.jpg",
      "cat - cat/2019/may/2.PNG",
      "große Hunde - große Hunde/猫 1.webp",
    ]);
  });

  it("takes folders of any size", async () => {
    const paths = Array.from({ length: 150_000 }, (_, i) => `cat/${i}.${i % 2 ? "jpg" : "heic"}`);
    const { photos, skipped } = await findPhotos("root", memoryTree("root", paths));
    expect([photos.length, skipped.length]).toEqual([75_000, 75_000]);
  });

  it.each(["valid", "val", "Validation"])("reads train and %s", async (valid) => {
    const paths = ["train/cat/1.jpg", `${valid}/cat/2.jpg`, "test/cat/3.jpg", "logs/4.jpg"];
    expect(await found(paths)).toEqual([`cat train train/cat/1.jpg`, `cat valid ${valid}/cat/2.jpg`].sort());
  });

  it("leaves the split open where only train, or train and test, are there", async () => {
    expect(await found(["train/cat/1.jpg"])).toEqual(["cat - train/cat/1.jpg"]);
    expect(await found(["train/cat/1.jpg", "test/cat/2.jpg"])).toEqual(["cat - train/cat/1.jpg"]);
  });

  it("knows a class called train among others", async () => {
    const paths = ["train/1.jpg", "car/2.jpg", "plane/3.jpg"];
    expect(await found(paths)).toEqual(["car - car/2.jpg", "plane - plane/3.jpg", "train - train/1.jpg"]);
  });

  it("overlooks what systems leave behind", async () => {
    const litter = ["cat/.DS_Store", "cat/._1.jpg", "cat/Thumbs.db", ".cache/x.jpg", "__MACOSX/cat/1.jpg"];
    const { photos, skipped } = await findPhotos("root", memoryTree("root", [...litter, "cat/1.jpg"]));
    expect(photos.map(({ name }) => name)).toEqual(["cat/1.jpg"]);
    expect(skipped).toEqual([]);
  });

  it("reports images it cannot use, and folders without any", async () => {
    const paths = ["stray.jpg", "cat/1.jpg", "cat/2.HEIC", "cat/deep/3.cr2", "empty/readme.md"];
    const { skipped } = await findPhotos("root", memoryTree("root", paths));
    expect(skipped).toEqual([
      { image: "cat/2.HEIC", reason: "HEIC cannot be read; convert it to JPEG" },
      { image: "cat/deep/3.cr2", reason: "a camera's raw format cannot be read; convert it to JPEG or PNG" },
      { image: "empty", reason: "the folder has no photos", stray: true },
      { image: "stray.jpg", reason: "it lies outside the class folders, so it has no class", stray: true },
    ]);
  });

  it("reports photos that lie loose in a split", async () => {
    const { photos, skipped } = await findPhotos(
      "root",
      memoryTree("root", ["train/1.jpg", "train/cat/2.jpg", "val/cat/3.jpg"]),
    );
    expect(photos.length).toBe(2);
    expect(skipped.map(({ image }) => image)).toEqual(["train/1.jpg"]);
  });
});
