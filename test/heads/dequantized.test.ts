import { expect, it } from "vitest";
import { dequantized } from "../../src/heads/dequantized.js";
import { createNode, type Node, type Value } from "../../src/onnx/graph.js";
import type { Tensor } from "../../src/tensor.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";
import { weight } from "../helpers/tiny-network.js";

const bytes = (name: string, ...values: number[]): Value => {
  const tensor: Tensor<"uint8"> = { dtype: "uint8", shape: [], data: Uint8Array.from(values) };
  return { name, dtype: "uint8", shape: [], constant: { tensor } };
};
const node = (opType: string, ...inputs: Value[]): Node =>
  createNode({ opType, domain: "", name: opType, inputs, attributes: {} }, [{ name: opType }]);

const x = input("x", [3], "uint8");
const scale = weight("scale", [], [0.5]);
const zero = bytes("zero", 10);
const other = input("other", [3], "uint8");

it.each([
  ["first", [x, scale, zero, other]],
  ["second", [other, weight("other scale", [], [3]), bytes("other zero", 1), x, scale, zero]],
] as const)("gives what integers stand for, with the scale of their reader's %s input", async (_, inputs) => {
  const value = dequantized(x, [node("Relu", x), node("QLinearAdd", ...inputs)]);
  const feeds = { x: { dtype: "uint8", shape: [3], data: Uint8Array.of(0, 10, 14) } as const };
  const [result] = await compute([value], [x], feeds);
  expect(numbersOf(result!)).toEqual([-5, 0, 2]);
});

it("gives floats as they are", () => {
  const y = input("y", [3]);
  expect(dequantized(y, [node("QuantizeLinear", y, scale, zero), node("QLinearAdd", x, scale, zero)])).toBe(y);
});
