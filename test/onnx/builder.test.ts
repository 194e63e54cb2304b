import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf } from "../../src/onnx/graph.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { float32, int64 } from "../../src/tensor.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

const x = input("x", ["n", 3]);
const feeds = { x: float32([2, 3], [1, 2, 3, 4, 5, 6]) };

describe("createOps", () => {
  it("writes formulas that the runtime computes", async () => {
    const op = createOps();
    const [y] = await compute([op.Sub(op.Mul(op.Add(x, 1), 2), op.Div(x, 4))], [x], feeds);
    expect(numbersOf(y!)).toEqual([3.75, 5.5, 7.25, 9, 10.75, 12.5]);
  });

  it("makes one node of equal terms, and two of different ones", () => {
    const op = createOps();
    expect(op.Exp(op.Neg(x))).toBe(op.Exp(op.Neg(x)));
    expect(op.Mul(x, 2)).toBe(op.Mul(x, 2));
    expect(op.ReduceSum(x, op.ints(1))).toBe(op.ReduceSum(x, op.ints(1), { keepdims: 1 }));
    expect(op.ReduceSum(x, op.ints(1), { keepdims: 0 })).not.toBe(op.ReduceSum(x, op.ints(1)));
    expect(op.ReduceSum(x, op.ints(0))).not.toBe(op.ReduceSum(x, op.ints(1)));
    expect(op.Sub(x, op.Neg(x))).not.toBe(op.Sub(op.Neg(x), x));
    expect(op.Gemm(x, x, undefined, { transB: 1 })).toBe(op.Gemm(x, x, undefined, { transB: 1 }));
  });

  it("shares nothing between two builders", () => {
    expect(createOps().Neg(x)).not.toBe(createOps().Neg(x));
  });

  it("lifts a number to a scalar of the type of the operand beside it, on either side", () => {
    const op = createOps();
    const [two, left] = op.Mul(2, x).producer!.inputs;
    expect(left).toBe(x);
    expect(tensorOf(two!.constant!)).toEqual(float32([], [2]));
    const index = op.Gather(op.Shape(x), 0).producer!.inputs[1]!;
    expect(tensorOf(index.constant!)).toEqual(int64([], [0]));
    expect(() => op.Mul(input("flags", [2], "bool"), 2)).toThrow("a number beside bool operands");
  });

  it("makes indices int64 whatever stands beside them, and never asks a condition for its type", async () => {
    const op = createOps();
    const row = op.Gather(x, 1);
    expect(tensorOf(row.producer!.inputs[1]!.constant!)).toEqual(int64([], [1]));
    const positive = op.Where(op.Greater(row, 4.5), row, 0);
    expect(tensorOf(positive.producer!.inputs[2]!.constant!)).toEqual(float32([], [0]));
    expect(numbersOf((await compute([positive], [x], feeds))[0]!)).toEqual([0, 5, 6]);
    // @ts-expect-error A number is no list of axes.
    void (() => op.ReduceSum(x, 1));
  });

  it("asks for attributes that have no default", () => {
    const op = createOps();
    expect(op.Transpose(x, { perm: [1, 0] }).shape).toEqual([3, "n"]);
    expect(op.Transpose(x, { perm: [1, 0] })).toBe(op.Transpose(x, { perm: [1, 0] }));
    expect(op.Transpose(x, { perm: [1, 0] })).not.toBe(op.Transpose(x, { perm: [0, 1] }));
    // @ts-expect-error Which axis?
    void (() => op.Concat([x, x]));
  });

  it("leaves out optional inputs at the end and attributes at their default", () => {
    const op = createOps();
    const { inputs, attributes } = op.Gemm(x, input("w", [3, 3]), undefined, { alpha: 1, transB: 1 }).producer!;
    expect(inputs).toHaveLength(2);
    expect(attributes).toEqual({ transB: { type: "INT", value: 1 } });
  });

  it("takes a list for a variadic operator", async () => {
    const op = createOps();
    const [y] = await compute([op.Sum([x, x, op.constant("c", float32([3], [1, 0, -1]))])], [x], feeds);
    expect(numbersOf(y!)).toEqual([3, 4, 5, 9, 10, 11]);
  });

  it("makes constants: lists of integers are shared, others are what they are given as", () => {
    const op = createOps();
    expect(op.ints(0, -1)).toBe(op.ints(0, -1));
    expect(op.ints(0, -1)).toMatchObject({ dtype: "int64", shape: [2] });
    const tensor = float32([1], [5]);
    expect(op.constant("five", tensor)).toEqual({ name: "five", dtype: "float32", shape: [1], constant: { tensor } });
  });
});

describe("Loop", () => {
  it("carries states and stacks what each iteration gives", async () => {
    const op = createOps();
    const [iteration, condition] = [input("i", [], "int64"), input("go", [], "bool")];
    const [a, b] = [input("a_in", [2]), input("b_in", [])];
    const rows = input("rows", ["steps", 2]);
    // a grows by the row of each step, b doubles; the stack holds a before its step.
    const body = graphOf(
      "step",
      [iteration, condition, a, b],
      [op.Identity(condition), op.Add(a, op.Gather(rows, iteration)), op.Mul(b, 2), op.Identity(a)],
    );
    const [start, one] = [input("start", [2]), input("one", [])];
    const results = op.Loop(op.Gather(op.Shape(rows), 0), [start, one], body);
    expect(results.map(({ dtype, shape }) => [dtype, shape])).toEqual([
      ["float32", [2]],
      ["float32", []],
      ["float32", [undefined, 2]],
    ]);
    const feeds = {
      rows: float32([3, 2], [1, 10, 2, 20, 3, 30]),
      start: float32([2], [0, 100]),
      one: float32([], [1]),
    };
    const outputs = await compute(results, [rows, start, one], feeds);
    expect(outputs.map(numbersOf)).toEqual([[6, 160], [8], [0, 100, 1, 110, 3, 130]]);
  });
});
