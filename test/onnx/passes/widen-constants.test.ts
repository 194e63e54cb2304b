import { describe, expect, it } from "vitest";
import { createNode, graphOf, type Value } from "../../../src/onnx/graph.js";
import { widenConstants } from "../../../src/onnx/passes/widen-constants.js";
import { onnxTypeOf, tensorOf } from "../../../src/onnx/tensor-data.js";
import type { DType, Tensor } from "../../../src/tensor.js";
import { float32 } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const x = input("x", [3]);

const stored = (dtype: "float16" | "bfloat16" | "float64", data: Tensor["data"]): Value => ({
  name: "w_half",
  dtype,
  shape: [3],
  constant: { tensor: { dtype, shape: [3], data } as Tensor },
});

const node = (opType: string, inputs: Value[], name: string, to?: DType): Value =>
  createNode(
    {
      opType,
      domain: "",
      name,
      inputs,
      attributes: to ? { to: { type: "INT", value: onnxTypeOf(to) } } : {},
    },
    [{ name, dtype: to ?? "float32", shape: [3] }],
  ).outputs[0]!;

const times = (weight: Value, to: DType = "float32") =>
  graphOf("g", [x], [node("Mul", [x, node("Cast", [weight], "w", to)], "y")]);

describe("widenConstants", () => {
  it.each([
    ["float16", [0x3c00, 0xc000, 0x3800]],
    ["bfloat16", [0x3f80, 0xc000, 0x3f00]],
  ] as const)("makes a float32 constant of a cast %s one, under the cast's name", async (dtype, bits) => {
    const graph = times(stored(dtype, new Uint16Array(bits)));
    const widened = widenConstants(graph);
    expect(widened.nodes.map(({ opType }) => opType)).toEqual(["Mul"]);
    const [w] = widened.initializers;
    expect(widened.initializers).toHaveLength(1);
    expect(w).toMatchObject({ name: "w", dtype: "float32", shape: [3] });
    expect(tensorOf(w!.constant!)).toEqual(float32([3], [1, -2, 0.5]));
    const feeds = { x: float32([3], [10, 20, 30]) };
    expect(numbersOf((await run(widened, feeds))[0]!)).toEqual([10, -40, 15]);
    if (dtype === "float16") expect(await run(graph, feeds)).toEqual(await run(widened, feeds));
  });

  it("leaves the graph itself when there is nothing to do", () => {
    const other = times(stored("float64", new Float64Array(3)));
    expect(widenConstants(other)).toBe(other);
    const toDouble = times(stored("float16", new Uint16Array(3)), "float64");
    expect(widenConstants(toDouble)).toBe(toDouble);
    const computed = graphOf("g", [x], [node("Cast", [node("Neg", [x], "n")], "c", "float32")]);
    expect(widenConstants(computed)).toBe(computed);
  });
});
