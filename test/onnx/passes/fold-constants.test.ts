import { describe, expect, it } from "vitest";
import type { Evaluate } from "../../../src/onnx/evaluate.js";
import { type Attribute, createNode, type Graph, graphOf, type Model, type Value } from "../../../src/onnx/graph.js";
import { foldConstants } from "../../../src/onnx/passes/fold-constants.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { float32, int64, type Tensor } from "../../../src/tensor.js";
import { evaluate } from "../../helpers/evaluate.js";
import { refusal } from "../../helpers/refusal.js";
import { input } from "../../helpers/run-graph.js";

const x = input("x", ["n", 3]);
const feeds = { x: float32([2, 3], [1, 2, 3, 4, 5, 6]) };

const constant = (name: string, tensor: Tensor): Value => ({
  name,
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});
const ints = (...values: number[]): Value => constant("ints", int64([values.length], values));

const apply = (
  opType: string,
  inputs: (Value | undefined)[],
  name: string,
  attributes: Record<string, Attribute> = {},
) => createNode({ opType, domain: "", name, inputs, attributes }, [{ name }]).outputs[0]!;

const modelOf = (...outputs: Value[]): Model => ({
  graph: graphOf("g", [x], outputs),
  opsets: { "": 17 },
  metadata: { author: "me" },
});

const opTypes = ({ graph }: { graph: Graph }) => graph.nodes.map(({ opType }) => opType);

function counting(): { calls: Model[]; evaluate: Evaluate } {
  const calls: Model[] = [];
  const counted: Evaluate = (model, given) => {
    calls.push(model);
    return evaluate(model, given);
  };
  return { calls, evaluate: counted };
}

describe("foldConstants", () => {
  it("computes weights once, all of them in one run", async () => {
    const stored = constant("w", { dtype: "int8", shape: [2, 3], data: Int8Array.of(1, 2, 3, 4, 5, 6) });
    const w = apply(
      "Transpose",
      [apply("DequantizeLinear", [stored, constant("scale", float32([], [0.5]))], "d")],
      "w_t",
    );
    const bias = apply("Sqrt", [constant("b", float32([2], [4, 9]))], "w_t");
    const model = modelOf(apply("Add", [apply("MatMul", [x, w], "m"), bias], "y"));
    const counted = counting();
    const folded = await foldConstants(model, counted.evaluate);
    expect(counted.calls).toHaveLength(1);
    expect(opTypes(folded)).toEqual(["MatMul", "Add"]);
    expect(folded.graph.initializers.map(({ name, constant }) => [name, tensorOf(constant!)])).toEqual([
      ["w_t", float32([3, 2], [0.5, 2, 1, 2.5, 1.5, 3])],
      ["w_t", float32([2], [2, 3])],
    ]);
    expect(folded.metadata).toEqual(model.metadata);
    expect(await evaluate(folded, feeds)).toEqual(await evaluate(model, feeds));
  });

  it("folds arithmetic on sizes, and then what has these sizes", async () => {
    const shape = apply("Concat", [apply("Mul", [ints(2), ints(2)], "four"), ints(3)], "shape", {
      axis: { type: "INT", value: 0 },
    });
    const grid = apply("Expand", [constant("row", float32([3], [1, 2, 3])), shape], "grid");
    const model = modelOf(apply("MatMul", [x, apply("Transpose", [grid], "t")], "y"));
    const counted = counting();
    const folded = await foldConstants(model, counted.evaluate);
    expect(counted.calls).toHaveLength(2);
    expect(opTypes(folded)).toEqual(["MatMul"]);
    expect(await evaluate(folded, feeds)).toEqual(await evaluate(model, feeds));
  });

  it("makes constants of outputs and of what subgraphs read from outside", async () => {
    const w = apply("Neg", [constant("w", float32([3], [1, 2, 3]))], "negative");
    const [i, go, s] = [input("i", [], "int64"), input("go", [], "bool"), input("s", ["n", 3])];
    const inner = {
      ...graphOf("body", [i, go, s, w], [apply("Identity", [go], "g"), apply("Add", [s, w], "n")]),
      inputs: [i, go, s],
    };
    const loop = apply("Loop", [constant("count", int64([], [2])), undefined, x], "y", {
      body: { type: "GRAPH", value: inner },
    });
    const model = modelOf(loop, w);
    const folded = await foldConstants(model, evaluate);
    expect(opTypes(folded)).toEqual(["Loop"]);
    expect(folded.graph.outputs.map(({ name }) => name)).toEqual(["y", "negative"]);
    expect(await evaluate(folded, feeds)).toEqual(await evaluate(model, feeds));
  });

  it("never runs a graph that has nothing to fold", async () => {
    const model = modelOf(apply("Add", [x, constant("w", float32([3]))], "y"));
    const fail: Evaluate = () => Promise.reject(new Error("evaluated"));
    expect(await foldConstants(model, fail)).toBe(model);
  });

  const huge = (...shape: number[]) => apply("ConstantOfShape", [ints(...shape)], "huge");
  const narrow = (value: Value) => apply("Add", [x, apply("ReduceMax", [value], "max")], "y");
  it.each([
    ["random numbers", apply("RandomNormalLike", [constant("w", float32([3]))], "r")],
    ["results far larger than their constants", huge(100_000, 100_000)],
    ["what is made of such", apply("Neg", [huge(1024, 1025)], "n")],
    [
      "doubling again and again",
      Array.from({ length: 40 }).reduce<Value>(
        (v) => apply("Concat", [v, v], "c", { axis: { type: "INT", value: 0 } }),
        constant("w", float32([2 ** 18])),
      ),
    ],
  ])("leaves %s to the run", async (_, value) => {
    const counted = counting();
    const folded = await foldConstants(modelOf(narrow(value)), counted.evaluate);
    const sizes = folded.graph.initializers.map(({ shape }) => (shape as number[]).reduce((a, b) => a * b, 1));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 ** 19);
    expect(opTypes(folded).length).toBeGreaterThan(2);
  });

  it("bounds what many small files' bombs come to together", async () => {
    const parts = Array.from({ length: 100 }, (_, i) => apply("ConstantOfShape", [ints(512, 512)], `part_${i}`));
    const model = modelOf(...parts.map((part, i) => apply("Add", [part, apply("ReduceMax", [x], `m_${i}`)], `y_${i}`)));
    const folded = await foldConstants(model, evaluate);
    const total = folded.graph.initializers.reduce(
      (sum, { shape }) => sum + (shape as number[]).reduce((a, b) => a * b, 1),
      0,
    );
    expect(total).toBeLessThan(8 * 2 ** 22 + 1000);
  });

  it("passes on what the evaluation throws: the network would stop there too", async () => {
    const broken = apply("Add", [constant("a", float32([2])), constant("b", float32([3]))], "broken");
    await refusal(() => foldConstants(modelOf(narrow(broken)), evaluate), "runtime-failed", /broken/);
  });
});
