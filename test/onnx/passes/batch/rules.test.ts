import { describe, expect, it } from "vitest";
import { float32, int64 } from "../../../../src/tensor.js";
import { checkPlace, int, ints, type OperatorCase, photos, waysOf } from "./check-operator.js";

const first = { axis: 0, inner: 1 };
const ones = (...shape: number[]) => float32(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5));
const matrix = float32([3, 2], [1, 2, 3, 4, 5, 6]);

describe("outcomes", () => {
  it.each<[string, OperatorCase, { axis: number; inner: number }]>([
    ["a sum of two batches", { opType: "Add", inputs: [photos([1, 3, 2]), photos([1, 1, 2])] }, first],
    ["a sum with less dimensions", { opType: "Mul", inputs: [ones(3, 2), photos([1, 3, 2])] }, first],
    ["a sum with equal rows for all photos", { opType: "Add", inputs: [photos([1, 3]), ones(2, 3)] }, first],
    ["windows of each photo", { opType: "Add", inputs: [photos([4, 3], 0, 4), ones(1, 3)] }, { axis: 0, inner: 4 }],
    [
      "a choice",
      {
        opType: "Where",
        inputs: [{ dtype: "bool", shape: [1, 3], data: Uint8Array.of(1, 0, 1) }, photos([1, 3]), ones(1, 1)],
      },
      first,
    ],
    ["each element", { opType: "Sigmoid", inputs: [photos([3, 1, 2], 1)] }, { axis: 1, inner: 1 }],
    ["a convolution", { opType: "Conv", inputs: [photos([1, 3, 4, 4]), ones(2, 3, 3, 3)] }, first],
    ["a pool", { opType: "GlobalAveragePool", inputs: [photos([1, 3, 4, 4])] }, first],
    ["a softmax beside the batch", { opType: "Softmax", inputs: [photos([3, 1, 4], 1)] }, { axis: 1, inner: 1 }],
    ["a norm", { opType: "LayerNormalization", inputs: [photos([3, 1, 4], 1), ones(4)] }, { axis: 1, inner: 1 }],
    ["a running sum", { opType: "CumSum", inputs: [photos([1, 4]), int64([], [1])] }, first],
    [
      "a mean that keeps dimensions",
      { opType: "ReduceMean", inputs: [photos([3, 1, 4], 1), ints(0, -1)] },
      { axis: 1, inner: 1 },
    ],
    [
      "a mean that drops them",
      { opType: "ReduceMean", inputs: [photos([3, 1, 4], 1), ints(0)], attributes: { keepdims: int(0) } },
      first,
    ],
    ["a product with weights", { opType: "MatMul", inputs: [photos([1, 4, 3]), matrix] }, first],
    ["a product, photos in rows", { opType: "MatMul", inputs: [photos([4, 3], 0, 4), matrix] }, { axis: 0, inner: 4 }],
    ["a product of two batches", { opType: "MatMul", inputs: [photos([1, 2, 4, 3]), photos([1, 2, 3, 5])] }, first],
    ["a product with equal matrices", { opType: "MatMul", inputs: [photos([1, 4, 3]), ones(2, 3, 2)] }, first],
    [
      "a product of weights with photos in columns",
      { opType: "MatMul", inputs: [ones(2, 3), photos([3, 5], 1, 5)] },
      { axis: 1, inner: 5 },
    ],
    ["a dense layer", { opType: "Gemm", inputs: [photos([1, 3]), matrix, ones(2)] }, first],
    [
      "a dense layer, transposed",
      { opType: "Gemm", inputs: [photos([3, 1], 1), matrix], attributes: { transA: int(1) } },
      first,
    ],
    [
      "what is joined",
      { opType: "Concat", inputs: [photos([1, 3, 2]), photos([1, 1, 2])], attributes: { axis: int(1) } },
      first,
    ],
    [
      "a token that joins each photo",
      { opType: "Concat", inputs: [ones(2, 1, 2), photos([1, 3, 2])], attributes: { axis: int(1) } },
      first,
    ],
    [
      "an Einstein sum",
      {
        opType: "Einsum",
        inputs: [photos([1, 4, 3]), matrix],
        attributes: { equation: { type: "STRING", value: "nqc, cd -> dnq" } },
      },
      { axis: 1, inner: 1 },
    ],
  ])("is where each photo is found: %s", (_, operator, place) => checkPlace(operator, place));

  it.each<[string, OperatorCase]>([
    ["a softmax over photos", { opType: "Softmax", inputs: [photos([1, 3])], attributes: { axis: int(0) } }],
    [
      "a norm over photos",
      { opType: "LayerNormalization", inputs: [photos([1, 3]), ones(2, 3)], attributes: { axis: int(0) } },
    ],
    ["a mean of photos", { opType: "ReduceMean", inputs: [photos([1, 3]), ints(0)] }],
    ["a mean of everything", { opType: "ReduceMean", inputs: [photos([1, 3])] }],
    ["a product that contracts them", { opType: "MatMul", inputs: [ones(3, 2), photos([1, 3])] }],
    ["a dense layer over them", { opType: "Gemm", inputs: [photos([3, 1], 1), ones(2, 4)] }],
    ["one after the other", { opType: "Concat", inputs: [photos([1, 3]), ones(1, 3)], attributes: { axis: int(0) } }],
    [
      "what differs from photo to photo",
      { opType: "Add", inputs: [photos([1, 3]), float32([2, 3], [1, 2, 3, 4, 5, 6])] },
    ],
    [
      "what is for one photo's windows",
      { opType: "Add", inputs: [photos([3, 1], 0, 3), float32([6, 1], [1, 2, 3, 4, 5, 6])] },
    ],
    ["batches in different places", { opType: "Add", inputs: [photos([1, 2], 0), photos([2, 1], 1)] }],
    ["a convolution of something else", { opType: "Conv", inputs: [photos([1, 1, 4, 4], 1), ones(2, 2, 1, 1)] }],
    [
      "an Einstein sum over them",
      { opType: "Einsum", inputs: [photos([1, 3])], attributes: { equation: { type: "STRING", value: "nc->c" } } },
    ],
  ])("is nowhere where photos would mix: %s", async (_, operator) => {
    expect(await waysOf(operator)).toEqual([]);
  });

  it("is nothing for shapes", async () => {
    expect(await waysOf({ opType: "Shape", inputs: [photos([1, 3])] })).toEqual(["none"]);
  });
});
