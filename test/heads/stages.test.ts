import { describe, expect, it } from "vitest";
import type { Narrow } from "../../src/heads/classifier.js";
import { stagesOf } from "../../src/heads/stages.js";
import type { Weight } from "../../src/heads/weights.js";
import { createNode, type Value } from "../../src/onnx/graph.js";

const node = createNode({ opType: "Op", domain: "", name: "", inputs: [], attributes: {} }, []);
const weightOf = (shape: readonly number[], isLayer = true): Weight => {
  const value: Value = { name: "w", dtype: "float32", shape };
  return { name: "w", value, node, isLayer };
};

/** The shape a block ends in, and those of its kernels and matrices; "norm" for a block that only scales. */
type Block = readonly [shape: readonly number[], ...layers: readonly (readonly number[] | "norm")[]];

/** Of a network of 2 photos: "name start". */
const stages = (blocks: readonly Block[], image: readonly number[] = [3, 64, 64]): string[] => {
  const route = [image, ...blocks.map(([shape]) => shape)].map(
    (shape): Narrow => ({ value: { name: "v" }, nodes: [], shape: [2, ...shape] }),
  );
  const weights = blocks.map(([, ...layers]) =>
    layers.map((shape) => (shape === "norm" ? weightOf([4], false) : weightOf(shape))),
  );
  return stagesOf(route, [[], ...weights]).map(({ name, start }) => `${name} ${start}`);
};
const kernel = [4, 4, 3, 3];
const times = <T>(count: number, make: () => readonly T[]): T[] => Array.from({ length: count }, make).flat();

describe("stagesOf", () => {
  it("puts layers of one resolution together, by what they end in", () => {
    const blocks: Block[] = [
      [[4, 32, 32], kernel],
      [[4, 32, 32], "norm"],
      [[4, 16, 16]],
      [[4, 16, 16], kernel],
      [[4, 16, 16], kernel],
      [[8, 8, 8], kernel],
      [[8, 1, 1]],
      [[8]],
      [[6], [6, 8]],
    ];
    expect(stages(blocks)).toEqual(["32×32 1", "16×16 4", "8×8 6", "vector 9"]);
  });

  it("takes no edge that a convolution loses for another resolution", () => {
    const shapes = [
      [4, 31, 31],
      [4, 29, 29],
      [4, 29, 29],
      [4, 14, 14],
    ];
    expect(stages(shapes.map((shape) => [shape, kernel]))).toEqual(["29×29 1", "14×14 4"]);
  });

  it("knows maps whose channels are last, by the image's proportions", () => {
    const shapes = [
      [16, 8, 16],
      [4, 8, 16],
      [4, 8, 64],
      [8, 4, 8],
      [2, 4, 8],
    ];
    const blocks = shapes.map((shape): Block => [shape, kernel]);
    expect(stages(blocks, [3, 32, 64])).toEqual(["8×16 1", "4×8 3"]);
  });

  it("looks past shapes that say nothing of a resolution", () => {
    const shapes = [
      [4, 32, 32],
      [2, 2, 32, 32],
      [4, 16, 16],
    ];
    expect(stages(shapes.map((shape) => [shape, kernel]))).toEqual(["32×32 1", "16×16 3"]);
    expect(stages([[[2, 2, 4, 4], kernel]])).toEqual(["vector 1"]);
  });

  it("leaves the layer that widens for a subsampling one in the same block", () => {
    const inverted: Block[] = [
      [[4, 32, 32], kernel],
      [[2, 32, 32], kernel],
      [[12, 32, 32], kernel],
      [[12, 32, 32], "norm"],
      [[12, 16, 16], kernel],
      [[4, 16, 16], kernel],
    ];
    expect(stages(inverted)).toEqual(["32×32 1", "16×16 3"]);
    const pooled = inverted.with(3, [[12, 16, 16]]);
    expect(stages(pooled)).toEqual(["32×32 1", "16×16 5"]);
    const severalLayers = inverted.with(2, [[12, 32, 32], kernel, kernel]);
    expect(stages(severalLayers)).toEqual(["32×32 1", "16×16 5"]);
    expect(stages(inverted.slice(2))).toEqual(["32×32 1", "16×16 3"]);
  });

  const attention = (): Block[] => [
    [
      [17, 8],
      [8, 24],
      [8, 8],
    ],
    [
      [17, 8],
      [16, 8],
      [8, 16],
    ],
  ];
  const embedding: Block[] = [
    [
      [8, 4, 4],
      [8, 3, 16, 16],
    ],
    [[8, 16]],
    [[16, 8]],
    [[17, 8], "norm"],
  ];

  it("divides transformers by blocks of attention and all that follows it", () => {
    const blocks = [...embedding, ...times(3, attention), [[17, 8], "norm"], [[8]]] as Block[];
    expect(stages(blocks)).toEqual(["stem 1", "block 1 5", "block 2 7", "block 3 9"]);
  });

  it("joins blocks evenly where there are many", () => {
    const found = stages([...embedding, ...times(14, attention)]);
    expect(found).toHaveLength(13);
    expect(found.slice(0, 3)).toEqual(["stem 1", "block 1 5", "block 2 7"]);
    expect(found.filter((name) => name.includes("blocks"))).toEqual(["blocks 6-7 15", "blocks 13-14 29"]);
    expect(stages([...embedding, ...times(24, attention)]).at(-1)).toBe("blocks 23-24 49");
  });

  it("divides the stage that is nearly all there is, and names the others by resolution", () => {
    const convolutions: Block[] = [
      [[4, 32, 32], kernel],
      [[4, 8, 8], kernel],
      [
        [8, 4, 4],
        [8, 4, 1, 1],
      ],
    ];
    const hybrid = [...convolutions, ...times(5, attention), [[6], [6, 8]]] as Block[];
    expect(stages(hybrid)).toEqual([
      "32×32 1",
      "8×8 2",
      "17 tokens 3",
      ...["block 1 4", "block 2 6", "block 3 8", "block 4 10", "block 5 12"],
      "vector 14",
    ]);
  });

  it("takes every layer for a block where none is like another", () => {
    const widths = [4, 6, 8];
    expect(
      stages(
        widths.map((width) => [
          [width, 8, 8],
          [width, 3],
        ]),
      ),
    ).toEqual(["block 1 1", "block 2 2", "block 3 3"]);
    expect(stages([[[4, 8, 8], kernel]])).toEqual(["8×8 1"]);
  });

  it("finds none where there are no layers", () => {
    expect(stages([[[3, 1, 1]], [[3], "norm"]])).toEqual([]);
  });
});
