import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { activationBytes, multiplyAdds } from "../../src/onnx/costs.js";
import { graphOf } from "../../src/onnx/graph.js";
import { input } from "../helpers/run-graph.js";

const op = createOps();
const x = input("x", ["batch", 8, 10, 10]);
const rows = input("rows", ["batch", 6]);

describe("multiplyAdds", () => {
  it.each([
    ["a convolution", op.Conv(x, input("w", [16, 8, 3, 3]), undefined, {}), 16 * 8 * 8 * (8 * 9)],
    ["a depthwise one", op.Conv(x, input("w", [8, 1, 3, 3]), undefined, { group: 8 }), 8 * 8 * 8 * 9],
    ["its adjoint", op.ConvTranspose(x, input("w", [8, 4, 2, 2]), undefined, {}), 8 * 100 * (4 * 4)],
    ["a dense layer", op.Gemm(rows, input("w", [5, 6]), undefined, { transB: 1 }), 30],
    ["a product", op.MatMul(rows, input("w", [6, 7])), 42],
    ["anything else", op.Relu(x), 0],
  ])("of %s", (_, value, expected) => {
    expect(multiplyAdds(graphOf("g", [x, rows], [value]))).toBe(expected);
  });
});

describe("activationBytes", () => {
  it("counts what nodes compute, neither inputs nor weights", () => {
    const hidden = op.Relu(op.Conv(x, input("w", [16, 8, 3, 3]), undefined, {}));
    expect(activationBytes(graphOf("g", [x], [hidden]))).toBe(4 * 2 * (16 * 8 * 8));
  });
});
