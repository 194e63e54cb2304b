import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { operators } from "../../../src/onnx/operators.js";
import { typed } from "../../../src/onnx/shapes/dims.js";
import type { DType } from "../../../src/tensor.js";
import { input } from "../../helpers/run-graph.js";
import { elementwise } from "./elementwise.cases.js";
import { movement } from "./movement.cases.js";
import { products } from "./products.cases.js";
import { windows } from "./windows.cases.js";

describe("shape inference", () => {
  it("has cases for every operator", () => {
    const tested = [elementwise, movement, products, windows].flatMap(Object.keys);
    expect(tested.toSorted()).toEqual(Object.keys(operators).toSorted());
  });
});

describe("what the builder's user gets wrong", () => {
  const op = createOps();
  const of = (dtype: DType) => input(dtype, [2], dtype);

  it("mixed types", () => {
    expect(() => op.Add(of("float32"), of("float64"))).toThrow("operands of types float32,float64 do not go together");
  });

  it("a value of unknown type or rank", () => {
    expect(() => op.Neg({ name: "loose" })).toThrow("type and rank of loose are unknown");
    expect(() => typed({ name: "loose", dtype: "float32" })).toThrow("loose");
  });

  it("axes that are computed", () => {
    expect(() => op.ReduceSum(of("float32"), of("int64"))).toThrow("int64 must be a constant");
  });
});
