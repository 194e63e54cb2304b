import { describe, expect, it } from "vitest";
import { attributesOf, inputNames, isOpType, isVariadic, toAttributes } from "../../src/onnx/schema.js";

describe("schema", () => {
  it("names inputs without their marks", () => {
    expect(inputNames("Gemm")).toEqual(["A", "B", "C"]);
    expect(inputNames("Sum")).toEqual(["data_0"]);
    expect(isVariadic("Sum")).toBe(true);
    expect(isVariadic("Gemm")).toBe(false);
  });

  it("knows its operators by their own names only", () => {
    expect(isOpType("Gemm")).toBe(true);
    expect(isOpType("Swish")).toBe(false);
    expect(isOpType("constructor")).toBe(false);
    expect(isOpType("__proto__")).toBe(false);
  });
});

describe("attributesOf and toAttributes", () => {
  it("fill in defaults and leave them out", () => {
    const attributes = toAttributes("Gemm", { alpha: 0.5, beta: 1, transB: 1 });
    expect(attributes).toEqual({ alpha: { type: "FLOAT", value: 0.5 }, transB: { type: "INT", value: 1 } });
    expect(attributesOf("Gemm", { attributes })).toEqual({ alpha: 0.5, beta: 1, transA: 0, transB: 1 });
    expect(attributesOf("Add", { attributes: {} })).toEqual({});
  });

  it("carry lists, and types by their names", () => {
    const perm = toAttributes("Transpose", { perm: [1, 0] });
    expect(perm).toEqual({ perm: { type: "INTS", value: [1, 0] } });
    expect(attributesOf("Transpose", { attributes: perm })).toEqual({ perm: [1, 0] });
    const to = toAttributes("Cast", { to: "float32" });
    expect(to).toEqual({ to: { type: "INT", value: 1 } });
    expect(attributesOf("Cast", { attributes: to })).toEqual({ to: "float32" });
    expect(toAttributes("Concat", { axis: 0 })).toEqual({ axis: { type: "INT", value: 0 } });
  });
});
