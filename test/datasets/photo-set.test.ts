import { describe, expect, it } from "vitest";
import { imageCsv } from "../../src/datasets/image-csv.js";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { type ImageListItem, imageList } from "../../src/datasets/image-list.js";
import { type PhotoSet, resolvePhotos } from "../../src/datasets/photo-set.js";
import { isRegraftError } from "../../src/errors.js";
import { memoryTree, numbered } from "./memory-tree.js";

const counts = ({ classes, photos }: PhotoSet): Record<string, [train: number, valid: number]> => {
  const count = (label: number, split: string): number =>
    photos.filter((photo) => photo.label === label && photo.split === split).length;
  return Object.fromEntries(classes.map((name, label) => [name, [count(label, "train"), count(label, "valid")]]));
};

async function refusal(paths: readonly string[]): Promise<{ reason: string; message: string }> {
  try {
    await resolvePhotos(imageFolder("photos"), memoryTree("photos", paths));
  } catch (error) {
    if (!isRegraftError(error, "invalid-dataset")) throw error;
    expect(error.details.source).toBe("photos");
    return { reason: error.details.reason, message: error.message };
  }
  throw new Error("the dataset was accepted");
}

describe("resolvePhotos of a folder", () => {
  const paths = [...numbered("dog", 10), ...numbered("cat", 25), ...numbered("Emu", 2), "cat/old.heic", "readme.md"];

  it("sorts the classes, splits each of them, and reports what it left out", async () => {
    const set = await resolvePhotos(imageFolder("photos"), memoryTree("photos", paths));
    expect(counts(set)).toEqual({ Emu: [1, 1], cat: [20, 5], dog: [8, 2] });
    expect(set.classes).toEqual(["Emu", "cat", "dog"]);
    expect(set.photos[2]).toEqual({
      image: "photos/cat/0.jpg",
      name: "cat/0.jpg",
      label: 1,
      split: expect.any(String),
    });
    expect(set.skipped).toEqual([{ image: "cat/old.heic", reason: expect.stringMatching(/HEIC.*JPEG/) }]);
  });

  it("depends neither on the order of the file system nor on where the folder lies", async () => {
    const [set, reversed, moved] = await Promise.all([
      resolvePhotos(imageFolder("photos"), memoryTree("photos", paths)),
      resolvePhotos(imageFolder("photos"), memoryTree("photos", paths.toReversed())),
      resolvePhotos(imageFolder("/elsewhere/"), memoryTree("/elsewhere/", paths)),
    ]);
    expect(reversed).toEqual(set);
    expect(moved.photos[0]!.image).toMatch(/^\/elsewhere\/Emu/);
    const named = ({ photos }: PhotoSet) => photos.map(({ name, split }) => [name, split]);
    expect(named(moved)).toEqual(named(set));
  });

  it("splits differently by seed and as asked by fraction", async () => {
    const set = await resolvePhotos(imageFolder("photos", { validFraction: 0.5 }), memoryTree("photos", paths));
    expect(counts(set)).toEqual({ Emu: [1, 1], cat: [12, 13], dog: [5, 5] });
    const other = await resolvePhotos(
      imageFolder("photos", { validFraction: 0.5, seed: 1 }),
      memoryTree("photos", paths),
    );
    expect(other.photos).not.toEqual(set.photos);
  });

  it("keeps a split that is there", async () => {
    const split = [
      ...[...numbered("train/cat", 3), ...numbered("train/dog", 4)],
      ...[...numbered("valid/cat", 2), ...numbered("valid/dog", 1)],
    ];
    const set = await resolvePhotos(imageFolder("photos"), memoryTree("photos", split));
    expect(counts(set)).toEqual({ cat: [3, 2], dog: [4, 1] });
  });

  it.each<[string, readonly string[], RegExp]>([
    ["an empty folder", [], /^no photos$/],
    ["no images", ["cat/a.txt", "dog/b.txt"], /^no photos$/],
    ["photos without class folders", ["1.jpg", "2.jpg"], /^no photos$/],
    ["one class", numbered("cat", 9), /^one class only \(cat\)$/],
    ["one class beside an empty one", [...numbered("cat", 9), "dog/a.txt"], /^one class only \(cat\)$/],
    ["a class with one photo", [...numbered("cat", 9), "dog/1.jpg"], /^class dog has one photo$/],
    ["flat photos in a split", ["train/1.jpg", "train/2.jpg", "test1/3.jpg"], /^no photos$/],
    [
      "a class that only validates",
      [...numbered("train/cat", 3), ...numbered("train/dog", 3), ...numbered("valid/emu", 2)],
      /^class emu only validates$/,
    ],
    [
      "a valid folder without photos",
      [...numbered("train/cat", 3), ...numbered("train/dog", 3), "valid/cat/notes.txt"],
      /^no photos to validate on$/,
    ],
  ])("refuses %s", async (_, files, reason) => {
    expect((await refusal(files)).reason).toMatch(reason);
  });

  it("says what to do, and what it skipped on the way", async () => {
    expect((await refusal(["a.jpg", "b.jpg"])).message).toBe(
      "Cannot train on photos: no photos. Put the photos of each class into a folder of their own, named after it. " +
        "Skipped were 2, the first a.jpg: it lies outside the class folders, so it has no class.",
    );
  });
});

describe("resolvePhotos of a list", () => {
  const files = memoryTree("unused", []);
  const items = (count: number, label: string): ImageListItem[] =>
    Array.from({ length: count }, (_, i) => ({ image: new Uint8Array([i]), label }));

  it("names, numbers and splits the items", async () => {
    const list = imageList([
      ...items(5, "dog"),
      { image: "a/b.jpg", label: "cat" },
      { ...items(1, "cat")[0]!, name: "n" },
    ]);
    const set = await resolvePhotos(list, files);
    expect(counts(set)).toEqual({ cat: [1, 1], dog: [4, 1] });
    expect(set.photos.map(({ name }) => name)).toEqual([
      "a/b.jpg",
      "n",
      "item 0",
      "item 1",
      "item 2",
      "item 3",
      "item 4",
    ]);
    expect(set.photos[3]!.image).toEqual(new Uint8Array([1]));
  });

  it("keeps a split that is given", async () => {
    const given = (label: string, split: "train" | "valid", name: string) => ({ ...items(1, label)[0]!, split, name });
    const list = imageList([
      given("dog", "valid", "1"),
      given("dog", "train", "2"),
      given("cat", "train", "3"),
      given("cat", "train", "4"),
    ]);
    const set = await resolvePhotos(list, files);
    expect(set.photos.map(({ name, split }) => name + split)).toEqual(["3train", "4train", "1valid", "2train"]);
  });

  it("refuses an empty one", async () => {
    await expect(resolvePhotos(imageList([]), files)).rejects.toThrow("Cannot train on the image list: no photos.");
  });
});

describe("resolvePhotos of a table", () => {
  const resolve = (rows: readonly string[]) =>
    resolvePhotos(imageCsv("pets.csv"), memoryTree("", [], { "pets.csv": rows.join("\n") }));

  it("draws the split of the same photos in folders, whatever the order of the rows", async () => {
    const paths = [...numbered("cat", 10), ...numbered("dog", 10)];
    const folder = await resolvePhotos(imageFolder("photos"), memoryTree("photos", paths));
    const csv = await resolve(paths.toReversed().map((path) => `${path},${path.split("/")[0]}`));
    expect(csv.classes).toEqual(folder.classes);
    expect(csv.photos).toEqual(folder.photos.map((photo) => ({ ...photo, image: photo.name })));
  });

  it("keeps the split that the rows give, and says what it leaves out", async () => {
    const set = await resolve(
      ["a,cat,train", "b,cat,valid", "c,dog,train", "d,dog,valid", "e,dog,test"].map((r) => r.replace(",", ".jpg,")),
    );
    expect(set.photos.map(({ name, split }) => name + split)).toEqual([
      "a.jpgtrain",
      "b.jpgvalid",
      "c.jpgtrain",
      "d.jpgvalid",
    ]);
    expect(set.skipped).toEqual([{ image: "pets.csv", reason: "1 row is of a test split", stray: true }]);
  });

  it("refuses one that cannot be trained on", async () => {
    await expect(resolve(["a.jpg,cat", "b.jpg,cat"])).rejects.toThrow(
      "Cannot train on pets.csv: one class only (cat).",
    );
  });
});
