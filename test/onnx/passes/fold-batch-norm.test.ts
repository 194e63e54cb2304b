import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { emit } from "../../../src/onnx/emit.js";
import { graphOf, type Value } from "../../../src/onnx/graph.js";
import { foldBatchNorm } from "../../../src/onnx/passes/fold-batch-norm.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { normals, stream } from "../../../src/random.js";
import { float32, sizeOf } from "../../../src/tensor.js";
import { relativeDifference } from "../../helpers/difference.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const op = createOps();
const drawn = (name: string, shape: readonly number[]) => float32(shape, normals(sizeOf(shape), stream(1, name)));
const weight = (name: string, ...shape: number[]): TypedValue => op.constant(name, drawn(name, shape));

/** Nobody would mistake it for the identity: variances reach from near 0 to 4. */
function norm(x: TypedValue, name = "bn", epsilon = 1e-3): TypedValue {
  const channels = x.shape[1] as number;
  const variance = float32(
    [channels],
    drawn(`${name}.variance`, [channels]).data.map((v) => v * v),
  );
  const [scale, bias, mean] = ["weight", "bias", "mean"].map((part) => weight(`${name}.${part}`, channels));
  return op.BatchNormalization(x, scale!, bias!, mean!, op.constant(`${name}.variance`, variance), { epsilon });
}

/** Compares with the runtime's own results; `kept` are the operators that are left. */
async function expectFolded(x: TypedValue, y: readonly Value[], kept: readonly string[]): Promise<void> {
  const graph = graphOf("g", [x], y);
  const folded = foldBatchNorm(graph);
  expect(folded.nodes.map(({ opType }) => opType)).toEqual(kept);
  expect(folded.outputs.map(({ name, shape }) => [name, shape])).toEqual(y.map(({ name, shape }) => [name, shape]));
  const feeds = { x: drawn("x", x.shape as number[]) };
  const [found, expected] = [await run(folded, feeds), await run(graph, feeds)];
  for (const [i, tensor] of expected.entries()) {
    expect(found[i]!.shape).toEqual(tensor.shape);
    expect(relativeDifference(numbersOf(found[i]!), numbersOf(tensor))).toBeLessThan(1e-5);
  }
}

const image = input("x", [2, 4, 7, 6]);
const line = input("x", [2, 3, 8]);
const rows = input("x", [3, 5]);
const none = undefined;
const layers: [what: string, x: TypedValue, y: TypedValue][] = [
  ["a Conv", image, op.Conv(image, weight("w", 3, 4, 3, 2), none, { strides: [2, 1] })],
  ["a Conv with a bias", image, op.Conv(image, weight("w", 3, 4, 3, 3), weight("b", 3))],
  ["a Conv of 2 groups", image, op.Conv(image, weight("w", 6, 2, 3, 3), none, { group: 2 })],
  ["a depthwise Conv", image, op.Conv(image, weight("w", 4, 1, 3, 3), weight("b", 4), { group: 4 })],
  ["a Conv of 1 dimension", line, op.Conv(line, weight("w", 5, 3, 3), none)],
  ["a ConvTranspose", image, op.ConvTranspose(image, weight("w", 4, 3, 2, 3), none, { strides: [2, 2] })],
  [
    "a ConvTranspose of 2 groups",
    image,
    op.ConvTranspose(image, weight("w", 4, 3, 3, 3), weight("b", 6), { group: 2 }),
  ],
  ["a Gemm", rows, op.Gemm(rows, weight("w", 5, 4), none, { alpha: 0.5 })],
  ["a transposed Gemm", rows, op.Gemm(rows, weight("w", 4, 5), weight("b", 4), { transB: 1, alpha: 2, beta: 0.25 })],
  ["a Gemm whose bias is one number", rows, op.Gemm(rows, weight("w", 5, 4), weight("b", 1), { beta: 3 })],
  ["a Gemm whose bias is a row", rows, op.Gemm(rows, weight("w", 5, 4), weight("b", 1, 4))],
];

describe("foldBatchNorm", () => {
  it.each(layers)("folds a norm into %s", async (_, x, y) => {
    await expectFolded(x, [norm(y)], [y.producer!.opType]);
  });

  it("folds norm after norm, and goes on to the next layer", async () => {
    const first = norm(norm(op.Conv(image, weight("w", 3, 4, 3, 3), none), "one"), "two");
    const second = norm(op.Conv(op.Relu(first), weight("v", 2, 3, 1, 1), none), "three");
    await expectFolded(image, [second], ["Conv", "Relu", "Conv"]);
  });

  it("gives new weights the old names, and rounds them once", () => {
    const w = weight("conv.weight", 3, 4, 1, 1);
    const { nodes, initializers } = foldBatchNorm(graphOf("g", [image], [norm(op.Conv(image, w, none), "bn", 0.25)]));
    expect(nodes).toHaveLength(1);
    expect(initializers.map(({ name }) => name)).toEqual(["conv.weight", "bn.bias"]);
    const [scale, deviation] = [drawn("bn.weight", [3]).data, drawn("bn.variance", [3]).data.map((v) => v * v)];
    const factors = Array.from(scale, (value, i) => value / Math.sqrt(deviation[i]! + 0.25));
    const wanted = drawn("conv.weight", [3, 4, 1, 1]).data.map((value, i) => value * factors[Math.floor(i / 4)]!);
    expect(tensorOf(initializers[0]!.constant!)).toEqual(float32([3, 4, 1, 1], wanted));
  });

  it("folds a weight that layers share for each of them on its own", async () => {
    const shared = weight("w", 4, 4, 1, 1);
    const one = norm(op.Conv(image, shared, none), "one");
    const last = op.Conv(norm(op.Conv(one, shared, none), "two"), shared, none);
    await expectFolded(image, [last], ["Conv", "Conv", "Conv"]);
    expect(foldBatchNorm(graphOf("g", [image], [last])).initializers).toContain(shared);
  });
});

describe("a norm stays", () => {
  const w = weight("w", 4, 4, 1, 1);
  const conv = op.Conv(image, w, none);
  const expectSame = (y: Value, inputs: readonly Value[] = [image]): void => {
    const graph = graphOf("g", inputs, [y]);
    expect(foldBatchNorm(graph)).toBe(graph);
  };

  it("when the convolution is read by others too, or is an output", async () => {
    const both = ["Conv", "BatchNormalization"];
    await expectFolded(image, [op.Add(norm(conv), conv)], [...both, "Add"]);
    await expectFolded(image, [conv, norm(conv)], both);
    await expectFolded(image, [norm(conv, "one"), norm(conv, "two")], [...both, "BatchNormalization"]);
  });

  it("after any other layer", () => {
    expectSame(norm(image));
    expectSame(norm(op.Relu(conv)));
    expectSame(norm(op.MatMul(rows, weight("v", 5, 4))), [rows]);
  });

  it("when a number is no constant", () => {
    const bias = input("bias", [4]);
    expectSame(norm(op.Conv(image, op.Relu(w), none)));
    expectSame(norm(op.Conv(image, w, bias)), [image, bias]);
    expectSame(op.BatchNormalization(conv, bias, bias, bias, op.Mul(bias, bias)), [image, bias]);
  });

  it("when a Gemm's bias differs by row", () => {
    for (const bias of [weight("b", 3, 1), weight("b", 3, 4)])
      expectSame(norm(op.Gemm(rows, weight("v", 5, 4), bias)), [rows]);
  });

  it("when float32 cannot hold what comes out", () => {
    const large = op.constant("large", float32([1, 4, 1, 1], [3e38, 0, 0, 0]));
    const [one, zero] = [1e3, 0].map((value) => op.constant("n", float32([1], [value])));
    expectSame(op.BatchNormalization(op.Conv(image, large, none), one!, zero!, zero!, zero!));
    expectSame(
      op.BatchNormalization(op.Conv(image, weight("v", 1, 4, 1, 1), none), one!, zero!, zero!, zero!, { epsilon: 0 }),
    );
  });

  it("inside a subgraph", () => {
    const go = input("go", [], "bool");
    const branch = { type: "GRAPH", value: graphOf("branch", [], [norm(conv)]) } as const;
    expectSame(emit("If", "if", [go], { attributes: { then_branch: branch, else_branch: branch } }), [go, image]);
  });
});
