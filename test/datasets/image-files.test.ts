import { describe, expect, it } from "vitest";
import { imageFiles, imageOf, isImageFile } from "../../src/datasets/image-files.js";
import type { ImageList } from "../../src/datasets/image-list.js";
import { refusal } from "../helpers/refusal.js";

/** As an <input webkitdirectory> gives it: Node's own has no path. */
function fileAt(path: string): File {
  const file = new File([path], path.slice(path.lastIndexOf("/") + 1));
  return Object.defineProperty(file, "webkitRelativePath", { value: path });
}

const byName = ({ items }: ImageList) => items.map(({ image, ...item }) => [(image as File).name, item]);

describe("imageFiles of a chosen folder", () => {
  it("takes classes from the folders in it, whatever it is called itself", async () => {
    const files = ["pets/dog/b.jpg", "pets/cat/a.jpg", "pets/cat/deep/c.png"].map(fileAt);
    const data = await imageFiles(files, { validFraction: 0.5, seed: 7 });
    expect(byName(data)).toEqual([
      ["a.jpg", { name: "cat/a.jpg", label: "cat" }],
      ["c.png", { name: "cat/deep/c.png", label: "cat" }],
      ["b.jpg", { name: "dog/b.jpg", label: "dog" }],
    ]);
    expect(data).toMatchObject({ kind: "list", validFraction: 0.5, seed: 7 });
    // The files themselves, not copies.
    expect(files).toContain(data.items[0]!.image);
  });

  it("keeps a split into train and valid", async () => {
    const paths = ["train/cat/a.jpg", "train/dog/b.jpg", "valid/cat/c.jpg", "valid/dog/d.jpg"];
    expect(byName(await imageFiles(paths.map((path) => fileAt(`pets/${path}`))))).toEqual([
      ["a.jpg", { name: "train/cat/a.jpg", label: "cat", split: "train" }],
      ["b.jpg", { name: "train/dog/b.jpg", label: "dog", split: "train" }],
      ["c.jpg", { name: "valid/cat/c.jpg", label: "cat", split: "valid" }],
      ["d.jpg", { name: "valid/dog/d.jpg", label: "dog", split: "valid" }],
    ]);
  });

  it("names the images in it that cannot be read, and passes over what is none", async () => {
    const paths = ["cat/a.jpg", "cat/b.heic", "cat/notes.txt", "dog/c.jpg"];
    const data = await imageFiles(paths.map((path) => fileAt(`pets/${path}`)));
    expect(data.items).toHaveLength(2);
    expect(data.skipped).toMatchObject([{ image: "cat/b.heic", reason: "HEIC cannot be read; convert it to JPEG" }]);
  });

  it("refuses files without class folders, as a plain <input> has them", async () => {
    const plain = [new File(["a"], "a.jpg"), new File(["b"], "b.jpg")].map((file) =>
      Object.defineProperty(file, "webkitRelativePath", { value: "" }),
    );
    await refusal(() => imageFiles(plain), "invalid-argument", "Their paths name no class folders");
    await refusal(() => imageFiles([fileAt("pets/a.txt")]), "invalid-argument", "a.txt");
  });
});

describe("imageFiles of images by class, or in a list", () => {
  const blob = new Blob(["a"]);
  const address = new URL("https://example.com/b.jpg");

  it("takes each with its class, addresses as texts", async () => {
    const { items } = await imageFiles({ cat: [blob, "a.jpg"], dog: new Set([address]) });
    expect(items).toEqual([
      { image: blob, label: "cat" },
      { image: "a.jpg", label: "cat" },
      { image: "https://example.com/b.jpg", label: "dog" },
    ]);
  });

  it("takes a list as imageList does", async () => {
    const list = [
      { image: address, label: "dog", split: "train" as const },
      { image: blob, label: "cat", name: "tom", split: "valid" as const },
    ];
    expect((await imageFiles(list)).items).toEqual([{ ...list[0], image: address.href }, list[1]]);
  });

  it.each([
    ["nothing", undefined, "images by class"],
    ["a text", "photos", "images by class"],
    ["a class without a list", { cat: 5 }, 'files["cat"]'],
    ["a class that is a text", { cat: "a.jpg" }, 'files["cat"]'],
    ["an image that is none", { cat: [5] }, "image"],
    ["an item that is none", [5], ""],
  ])("refuses %s", async (_, files, words) => {
    await refusal(() => imageFiles(files as never), "invalid-argument", words);
  });

  it("refuses unknown options", async () => {
    await refusal(() => imageFiles({ cat: [blob] }, { fraction: 1 } as never), "invalid-argument", "fraction");
  });
});

describe("imageOf", () => {
  it("leaves what can be sent as it is, and makes a text of an address", async () => {
    const bytes = new Uint8Array(3);
    expect(await imageOf(bytes)).toBe(bytes);
    expect(await imageOf(new URL("https://example.com/a b.jpg"))).toBe("https://example.com/a%20b.jpg");
  });
});

describe("isImageFile", () => {
  it("tells images from all else", () => {
    const images = ["a.jpg", new URL("https://example.com/"), new Blob([]), new Uint8Array(1)];
    expect(images.every(isImageFile)).toBe(true);
    expect(["", 5, {}, [], undefined, null].some(isImageFile)).toBe(false);
  });
});
