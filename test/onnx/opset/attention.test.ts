import { describe, expect, it } from "vitest";
import { graphOf, type Value } from "../../../src/onnx/graph.js";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { float32, int64, type Tensor } from "../../../src/tensor.js";
import {
  type Attributes,
  apply,
  constant,
  expectSame,
  expectTensors,
  float,
  inputFor,
  int,
  oneNode,
  opTypes,
  runIn,
  waves,
} from "../../helpers/opset.js";
import { refusal } from "../../helpers/refusal.js";
import { numbersOf } from "../../helpers/run-graph.js";

// 2 images, 4 heads, 3 queries, 5 keys, heads of size 6, values of size 2.
const [Q, K, V] = [waves(2, 4, 3, 6), waves(2, 4, 5, 6), waves(2, 4, 5, 2)];
const flat = [waves(2, 3, 24), waves(2, 5, 24), waves(2, 5, 8)];
const heads = { q_num_heads: int(4), kv_num_heads: int(4) };
const bool = (...shape: number[]): Tensor => {
  const numbers = waves(...shape).data;
  return { dtype: "bool", shape, data: Uint8Array.from(numbers, (x, i) => Number(x > -1 || i % 5 === 0)) };
};

describe("Attention", () => {
  it.each<[string, readonly (Tensor | undefined)[], Attributes]>([
    ["heads apart", [Q, K, V], {}],
    ["heads side by side", flat, heads],
    ["a scale", [Q, K, V], { scale: float(0.25) }],
    ["a cap", [Q, K, V], { softcap: float(1.5) }],
    ["a mask of numbers", [Q, K, V, waves(3, 5)], {}],
    ["a mask for each head", [...flat, waves(2, 4, 3, 5)], heads],
    ["a boolean mask", [Q, K, V, bool(3, 5)], {}],
    ["a boolean mask by image", [...flat, bool(2, 1, 3, 5)], heads],
    ["causality", [Q, K, V], { is_causal: int(1) }],
    ["causality and a boolean mask", [Q, K, V, bool(3, 5)], { is_causal: int(1) }],
    ["causality and numbers, capped", [Q, K, V, waves(3, 5)], { is_causal: int(1), softcap: float(2) }],
    ["keys shared by heads", [Q, waves(2, 2, 5, 6), waves(2, 2, 5, 2)], {}],
    [
      "keys shared by all heads",
      [waves(2, 3, 24), waves(2, 5, 6), waves(2, 5, 2)],
      { q_num_heads: int(4), kv_num_heads: int(1) },
    ],
  ])("with %s", async (_, operands, attributes) => {
    const test = oneNode("Attention", operands, attributes);
    for (const opset of [23, 24]) await expectSame(opset, test, 2e-6);
    // The same of operands whose shapes the file does not state.
    const values = operands.map((operand, i) => operand && inputFor(`x${i}`, operand, "unstated"));
    const inputs = values.filter((value): value is Value => value !== undefined);
    await expectSame(
      23,
      { graph: graphOf("g", inputs, apply("Attention", values, attributes)), feeds: test.feeds },
      2e-6,
    );
  });

  it("gives nothing for a query that may see no key", async () => {
    const [allowed, forbidden] = [float32([2, 3], [0, 0, -1, 0, 0, 0]), Number.NEGATIVE_INFINITY];
    const added = { ...allowed, data: allowed.data.map((x, i) => (i < 3 ? forbidden : x)) };
    const mask: Tensor = { dtype: "bool", shape: [2, 3], data: Uint8Array.of(0, 0, 0, 1, 1, 1) };
    for (const operand of [added, mask]) {
      const { graph, feeds } = oneNode("Attention", [waves(1, 1, 2, 4), waves(1, 1, 3, 4), waves(1, 1, 3, 2), operand]);
      const [result] = await runIn(targetOpset, convertOpset(graph, 23, "m.onnx"), feeds);
      expect(numbersOf(result!).slice(0, 2)).toEqual([0, 0]);
      expect(
        numbersOf(result!)
          .slice(2)
          .every((x) => Number.isFinite(x) && x !== 0),
      ).toBe(true);
    }
  });

  it("writes no more than is asked for", () => {
    const plain = convertOpset(oneNode("Attention", [Q, K, V]).graph, 23, "m.onnx");
    expect(opTypes(plain)).toEqual(["Mul", "Transpose", "MatMul", "Softmax", "MatMul"]);
    const masked = oneNode("Attention", [Q, K, V, constant("mask", waves(3, 5))]);
    expect(opTypes(convertOpset(masked.graph, 23, "m.onnx"))).toEqual([
      "Mul",
      "Transpose",
      "MatMul",
      "Add",
      "Softmax",
      "MatMul",
    ]);
  });

  it("takes the softmax in the precision that is asked for", async () => {
    const run = ({ graph, feeds }: ReturnType<typeof oneNode>) =>
      runIn(targetOpset, convertOpset(graph, 23, "m.onnx"), feeds);
    const double = await run(oneNode("Attention", [Q, K, V], { softmax_precision: int(11) }));
    expectTensors(double, await run(oneNode("Attention", [Q, K, V])), 1e-6);
  });

  it.each([
    ["it reads past_key or past_value", 23, [Q, K, V, undefined, K, V], {}, 1],
    ["more than its first output is used", 23, [Q, K, V], {}, 2],
    ["it reads nonpad_kv_seqlen", 24, [Q, K, V, undefined, undefined, undefined, int64([2], [3, 5])], {}, 1],
    ["its mask is for 4 of 5 keys", 24, [Q, K, V, waves(3, 4)], {}, 1],
    ["its window is 2, -1", 25, [Q, K, V], { left_window_size: int(2) }, 1],
  ] as const)("refuses: %s", async (reason, opset, operands, attributes, outputs) => {
    const { graph } = oneNode("Attention", operands, attributes, outputs);
    await refusal(() => convertOpset(graph, opset, "m.onnx"), "unsupported-model", `Attention "attention": ${reason}`);
  });

  it("takes windows without bounds", async () => {
    const { graph, feeds } = oneNode("Attention", [Q, K, V], { left_window_size: int(-1), right_window_size: int(-1) });
    const [found] = await runIn(targetOpset, convertOpset(graph, 25, "m.onnx"), feeds);
    const [plain] = await runIn(23, oneNode("Attention", [Q, K, V]).graph, feeds);
    expectTensors([found!], [plain!], 2e-6);
  });
});
