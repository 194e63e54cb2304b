import { describe, expect, it } from "vitest";
import { type ImageListItem, imageList } from "../../src/datasets/image-list.js";

describe("imageList", () => {
  it("describes paths and bytes as plain data that a worker can receive", () => {
    const items = [
      { image: "a.jpg", label: "cat" },
      { image: Buffer.from([1, 2, 3]), label: "dog", name: "third" },
    ];
    const described = imageList(items, { validFraction: 0.5, seed: 1 });
    expect(described).toEqual({ kind: "list", items, validFraction: 0.5, seed: 1 });
    expect(new Uint8Array(structuredClone(described).items[1]!.image as Uint8Array)).toEqual(new Uint8Array([1, 2, 3]));
  });

  it.each<[string, unknown, RegExp]>([
    ["no array", "photos", /an array of .* for imageList's items but received "photos"/],
    ["no object", [null], /for imageList's items\[0\] but received null/],
    ["no image", [{ label: "cat" }], /items\[0\]\.image but received undefined/],
    ["an empty path", [{ image: "", label: "cat" }], /items\[0\]\.image but received ""/],
    [
      "no label",
      [{ image: "a", label: "cat" }, { image: "b" }],
      /the name of a class for imageList's items\[1\]\.label/,
    ],
    ["an unknown split", [{ image: "a", label: "cat", split: "test" }], /items\[0\]\.split but received "test"/],
    ["a name that is none", [{ image: "a", label: "cat", name: 3 }], /items\[0\]\.name but received 3/],
    [
      "half a split",
      [
        { image: "a", label: "cat", split: "train" },
        { image: "b", label: "cat" },
      ],
      /a split on every item or on none .* "1 of 2"/,
    ],
  ])("refuses %s, naming the place", (_, items, message) => {
    expect(() => imageList(items as ImageListItem[])).toThrow(message);
  });
});
