import { describe, expect, it } from "vitest";
import { constant, copyOf, emit, list } from "../../src/onnx/emit.js";
import { float32, int64 } from "../../src/tensor.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

describe("constant and list", () => {
  it("are values that are a tensor", () => {
    const tensor = float32([2], [1, 2]);
    expect(constant("c", tensor)).toEqual({ name: "c", dtype: "float32", shape: [2], constant: { tensor } });
    const axes = int64([2], [1, 2n ** 60n]);
    expect(list("axes", [1, 2n ** 60n])).toEqual({
      name: "axes",
      dtype: "int64",
      shape: [2],
      constant: { tensor: axes },
    });
  });
});

describe("emit", () => {
  const x = input("x", [3]);

  it("gives the output of a new node, both of one name", async () => {
    const attributes = { axis: { type: "INT", value: 0 } } as const;
    const y = emit("Concat", "y", [x, x], { attributes, dtype: "float32", shape: [6] });
    expect(y).toMatchObject({
      name: "y",
      dtype: "float32",
      shape: [6],
      producer: { name: "y", domain: "", attributes },
    });
    expect(numbersOf((await compute([y], [x], { x: float32([3], [1, 2, 3]) }))[0]!)).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it("states no type that it is not told", () => {
    expect(Object.keys(emit("Neg", "y", [x])).sort()).toEqual(["name", "producer"]);
  });
});

describe("copyOf", () => {
  it("is the value under another name, of its type where that is known", () => {
    const x = input("x", [3]);
    expect(copyOf(x, "copy")).toMatchObject({
      name: "copy",
      dtype: "float32",
      producer: { opType: "Identity", inputs: [x] },
    });
    expect(copyOf({ name: "unknown" }, "copy")).not.toHaveProperty("dtype");
  });
});
