// Where gradients part and meet: several outputs, lists of inputs, several readers, the photos of a batch.
import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf, type Value } from "../../src/onnx/graph.js";
import { float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { relativeDifference } from "../helpers/difference.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

const x = input("x", [2]);
const feeds = { x: float32([2], [2, 3]) };
const sum = (op: ReturnType<typeof createOps>, value: Value) => op.ReduceSum(value, undefined, { keepdims: 0 });

describe("differentiate", () => {
  it("asks a rule for its outputs together, and goes without those that the loss does not read", async () => {
    const op = createOps();
    const row = input("row", ["batch", 6]);
    const [first, , third] = op.Split(row, undefined, { axis: 1, num_outputs: 3 });
    const [gradient] = differentiate(op, sum(op, op.Mul(first!, third!)), [row]);
    expect(gradient!.shape).toEqual(["batch", 6]);
    const [found] = await compute([gradient!], [row], { row: float32([1, 6], [1, 2, 3, 4, 5, 6]) });
    expect(numbersOf(found!)).toEqual([5, 6, 0, 0, 1, 2]);
  });

  it("tells a rule which value of a variadic input is asked for, also where it is there twice", async () => {
    const op = createOps();
    const other = input("other", [1]);
    const joined = op.Concat([x, op.constant("c", float32([1], [9])), other, x], { axis: 0 });
    const weights = op.constant("w", float32([6], [1, 2, 3, 4, 5, 6]));
    const gradients = differentiate(op, sum(op, op.Mul(joined, weights)), [other, x]);
    expect(gradients.map(({ shape }) => shape)).toEqual([[1], [2]]);
    const found = await compute(gradients, [x, other], { ...feeds, other: float32([1], [0]) });
    expect(found.map(numbersOf)).toEqual([[4], [1 + 5, 2 + 6]]);
  });

  it("adds what several readers contribute two at a time", async () => {
    const op = createOps();
    const y = op.Exp(x);
    const readers = [op.Neg(y), op.Mul(y, 3), op.Mul(y, y), op.Sqrt(y)];
    const total = readers.reduce((total, reader) => op.Add(total, reader));
    const loss = sum(op, total);
    const [gradient] = differentiate(op, loss, [x]);
    const forward = new Set(graphOf("loss", [x], [loss]).nodes);
    const added = graphOf("gradient", [x], [gradient!]).nodes.filter((node) => !forward.has(node));
    // Four readers, of which one reads twice.
    expect(added.filter(({ opType }) => opType === "Add").length).toBe(4);
    expect(added.filter(({ opType }) => opType === "Sum")).toEqual([]);
    const [found] = await compute([gradient!], [x], { x: float32([2], [0, Math.log(4)]) });
    // (-1 + 3 + 2y + 1/(2√y))·y
    const expected = [1, 4].map((value) => (2 + 2 * value + 0.5 / Math.sqrt(value)) * value);
    expect(relativeDifference(numbersOf(found!), expected)).toBeLessThan(1e-6);
  });

  it("lets the batch be a symbol, and the gradient of what is shared by its photos be their sum", async () => {
    const op = createOps();
    const [rows, w, b] = [input("rows", ["batch", 2]), input("w", [3, 2]), input("b", [3])];
    const y = op.Relu(op.Gemm(rows, w, b, { transB: 1 }));
    const loss = op.Div(sum(op, y), op.Cast(op.Gather(op.Shape(rows), 0), { to: "float32" }));
    const gradients = differentiate(op, loss, [rows, w, b]);
    expect(gradients.map(({ shape }) => shape)).toEqual([["batch", 2], [3, 2], [3]]);
    const weights = { w: float32([3, 2], [1, 0, 0, 1, -1, -1]), b: float32([3], [0, -2, 0]) };
    for (const [data, expected] of [
      [
        [4, 1],
        [
          [1, 0],
          [4, 1, 0, 0, 0, 0],
          [1, 0, 0],
        ],
      ],
      [
        [4, 1, 2, 6],
        [
          [0.5, 0, 0.5, 0.5],
          [3, 3.5, 1, 3, 0, 0],
          [1, 0.5, 0],
        ],
      ],
    ] as const) {
      const found = await compute(gradients, [rows, w, b], { rows: float32([data.length / 2, 2], data), ...weights });
      expect(found.map(numbersOf)).toEqual(expected);
    }
  });
});
