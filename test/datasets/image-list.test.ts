import { describe, expect, it } from "vitest";
import { type ImageListItem, imageList } from "../../src/datasets/image-list.js";

describe("imageList", () => {
  it("describes paths and bytes as plain data that a worker can receive", () => {
    const items = [
      { image: "a.jpg", label: "cat" },
      { image: Buffer.from([1, 2, 3]), label: "dog", name: "third" },
    ];
    const described = imageList(items, { validFraction: 0.5, seed: 1 });
    expect(described).toEqual({ kind: "list", task: "single-label", items, validFraction: 0.5, seed: 1 });
    expect(new Uint8Array(structuredClone(described).items[1]!.image as Uint8Array)).toEqual(new Uint8Array([1, 2, 3]));
  });

  it("asks for labels or values where its items have them", () => {
    expect(
      imageList([
        { image: "a", labels: ["x", "y"] },
        { image: "b", labels: [] },
      ]).task,
    ).toBe("multi-label");
    expect(imageList([{ image: "a", target: 3.5 }]).task).toBe("regression");
    expect(
      imageList([
        { image: "a", targets: { x: 1, y: -2 } },
        { image: "b", targets: { y: 0, x: 0 } },
      ]).task,
    ).toBe("regression");
  });

  it.each<[string, unknown, RegExp]>([
    [
      "labels beside classes",
      [
        { image: "a", label: "cat" },
        { image: "b", labels: [] },
      ],
      /items\[1\] but received "labels"/,
    ],
    ["a class beside a value", [{ image: "a", label: "cat", target: 2 }], /items\[0\] but received "target"/],
    ["labels that are no list", [{ image: "a", labels: "x y" }], /items\[0\]\.labels but received "x y"/],
    ["a label that is none", [{ image: "a", labels: ["x", ""] }], /a list of labels' names/],
    [
      "a value that is no number",
      [
        { image: "a", target: 1 },
        { image: "b", target: Number.NaN },
      ],
      /items\[1\]\.target but received NaN/,
    ],
    ["a value beyond float32", [{ image: "a", target: 1e39 }], /a finite number/],
    ["values of no name", [{ image: "a", targets: {} }], /finite numbers by name/],
    [
      "other values",
      [
        { image: "a", targets: { x: 1 } },
        { image: "b", targets: { y: 1 } },
      ],
      /items\[1\]\.targets but received "y"/,
    ],
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
