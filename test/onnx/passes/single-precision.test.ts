import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Attribute, createNode, type Graph, graphOf, type Value } from "../../../src/onnx/graph.js";
import { singlePrecision } from "../../../src/onnx/passes/single-precision.js";
import { readModel } from "../../../src/onnx/read.js";
import { float32ToFloat16, onnxTypeOf, tensorOf } from "../../../src/onnx/tensor-data.js";
import { writeModel } from "../../../src/onnx/write.js";
import { createNodeRuntime } from "../../../src/runtime/node.js";
import { type DType, float32, int64, type Tensor } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const x = input("x", [3]);
const halves = (...numbers: number[]) => float32ToFloat16(Float32Array.from(numbers));

const constant = (name: string, dtype: DType, shape: number[], data: Tensor["data"]): Value => ({
  name,
  dtype,
  shape,
  constant: { tensor: { dtype, shape, data } as Tensor },
});

const typed = (dtype: DType): Attribute => ({ type: "INT", value: onnxTypeOf(dtype) });

/** The output of a new node; its type is not told unless `dtype` says so. */
const node = (
  opType: string,
  inputs: Value[],
  name: string,
  attributes: Record<string, Attribute> = {},
  dtype?: DType,
) => createNode({ opType, domain: "", name, inputs, attributes }, [{ name, ...(dtype && { dtype }) }]).outputs[0]!;

const cast = (value: Value, name: string, to: DType): Value => node("Cast", [value], name, { to: typed(to) });

const opTypes = ({ nodes }: Graph) => nodes.map(({ opType }) => opType);
const feeds = { x: float32([3], [10, 20, 30]) };
const numbers = async (graph: Graph, given = feeds) => (await run(graph, given)).map(numbersOf);

describe("singlePrecision", () => {
  it.each([
    ["float16", halves(1, -2, 0.5)],
    ["bfloat16", new Uint16Array([0x3f80, 0xc000, 0x3f00])],
    ["float64", Float64Array.of(1, -2, 0.5)],
  ] as const)("makes a float32 constant of a cast %s one, under the cast's name", async (dtype, data) => {
    const graph = graphOf(
      "g",
      [x],
      [node("Mul", [x, cast(constant("w_half", dtype, [3], data), "w", "float32")], "y")],
    );
    const single = singlePrecision(graph);
    expect(opTypes(single)).toEqual(["Mul"]);
    const [w] = single.initializers.filter(({ name }) => name === "w");
    expect(w).toMatchObject({ dtype: "float32", shape: [3] });
    expect(tensorOf(w!.constant!)).toEqual(float32([3], [1, -2, 0.5]));
    expect(await numbers(single)).toEqual([[10, -40, 15]]);
  });

  it("computes a network of halves in float32, casts at its borders gone and its output's name kept", async () => {
    const half = cast(x, "x_half", "float16");
    const product = node("Mul", [half, constant("w", "float16", [3], halves(0.1, 3, -1))], "m");
    const graph = graphOf("g", [x], [cast(node("Add", [product, half], "a"), "y", "float32")]);
    const single = singlePrecision(graph);
    expect(opTypes(single)).toEqual(["Mul", "Add"]);
    expect(single.outputs).toMatchObject([{ name: "y" }]);
    // As a half, 0.1 is 0.0999755859375.
    expect(await numbers(single)).toEqual([[Math.fround(10 * 0.0999755859375 + 10), 80, 0]]);
  });

  it("takes and gives float32 where the graph took and gave other floats", async () => {
    const graph = graphOf(
      "g",
      [input("x", ["n"], "float64"), input("i", [1], "int64")],
      [node("Neg", [input("x", ["n"], "float64")], "unused", {}, "float64")],
    );
    const [given, index] = graph.inputs;
    const sum = node("Add", [given!, cast(index!, "i_double", "float64")], "y", {}, "float64");
    const single = singlePrecision(graphOf("g", graph.inputs, [sum]));
    expect(single.inputs.map(({ name, dtype }) => [name, dtype])).toEqual([
      ["x", "float32"],
      ["i", "int64"],
    ]);
    expect(single.outputs).toMatchObject([{ name: "y", dtype: "float32" }]);
    // A cast of integers is a conversion, and stays.
    expect(opTypes(single)).toEqual(["Cast", "Add"]);
    const [result] = await run(single, { x: float32([2], [1, 2]), i: int64([1], [5]) });
    expect(result).toEqual(float32([2], [6, 7]));
  });

  it("changes what operators are told to give", async () => {
    const shape = constant("shape", "int64", [1], BigInt64Array.of(3n));
    const value = { tensor: { dtype: "float16", shape: [1], data: halves(0.5) } as Tensor };
    const filled = node("ConstantOfShape", [shape], "filled", { value: { type: "TENSOR", value } });
    const identity = node("EyeLike", [constant("square", "int64", [3, 3], new BigInt64Array(9))], "eye", {
      dtype: typed("float64"),
    });
    const like = node("CastLike", [x, filled], "like");
    const product = node("MatMul", [node("Mul", [like, filled], "m"), cast(identity, "eye_half", "float16")], "y");
    const single = singlePrecision(graphOf("g", [x], [product]));
    expect(opTypes(single)).not.toContain("CastLike");
    expect(await numbers(single)).toEqual([[5, 10, 15]]);
  });

  it("rounds float64 to float32, beyond its range to infinity", () => {
    const doubles = constant("w", "float64", [4], Float64Array.of(0.1, 1e39, -1e300, Number.NaN));
    const single = singlePrecision(graphOf("g", [x], [node("Mul", [cast(x, "d", "float64"), doubles], "y")]));
    expect(tensorOf(single.initializers[0]!.constant!)).toEqual(
      float32([4], [Math.fround(0.1), Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]),
    );
  });

  it("reaches into subgraphs: their inputs, constants and outputs", async () => {
    const [iteration, go, state] = [input("i", [], "int64"), input("go", [], "bool"), input("s", [3], "float16")];
    const next = node("Mul", [state, constant("two", "float16", [], halves(2))], "next", {}, "float16");
    const last = cast(cast(next, "next_single", "float32"), "next_half", "float16");
    const body = graphOf("body", [iteration, go, state], [node("Identity", [go], "go_on"), last]);
    const count = constant("count", "int64", [], BigInt64Array.of(3n));
    const fields = { opType: "Loop", domain: "", name: "loop", inputs: [count, undefined, cast(x, "h", "float16")] };
    const loop = createNode({ ...fields, attributes: { body: { type: "GRAPH", value: body } } }, [{ name: "l" }]);
    const graph = graphOf("g", [x], [cast(loop.outputs[0]!, "y", "float32")]);
    const single = singlePrecision(graph);
    const inner = single.nodes[0]!.attributes.body!;
    expect(inner.type === "GRAPH" && opTypes(inner.value)).toEqual(["Identity", "Mul"]);
    expect(await numbers(single)).toEqual([[80, 160, 240]]);
    expect(await numbers(graph)).toEqual([[80, 160, 240]]);
  });

  it("leaves casts of two outputs to the runtime, which refuses them", () => {
    const fields = { opType: "Cast", domain: "", name: "c", inputs: [x], attributes: { to: typed("float16") } };
    const { outputs } = createNode(fields, [{ name: "y" }, { name: "more" }]);
    expect(opTypes(singlePrecision(graphOf("g", [x], [outputs[1]!])))).toEqual(["Cast"]);
  });

  it("leaves a graph of float32 and integers as it is", () => {
    const index = cast(x, "i", "int64");
    const graph = graphOf("g", [x], [cast(index, "y", "float32")]);
    expect(singlePrecision(graph)).toBe(graph);
  });

  it("restores the embedded network to its bit: all weights in float32 under their own names", async () => {
    const file = readFileSync(new URL("../../../models/efficientnet-lite0.onnx", import.meta.url));
    const model = readModel(file, { source: "efficientnet-lite0.onnx" });
    const single = { ...model, graph: singlePrecision(model.graph) };
    expect(opTypes(model.graph)).toContain("Cast");
    expect(opTypes(single.graph)).not.toContain("Cast");
    const photo = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i));
    // Optimised, as constants that are cast are constants for the runtime's kernels only then.
    const results = [single, model].map(async (either) => {
      const session = await createNodeRuntime().createSession(writeModel(either), "Lite0", {
        device: "cpu",
        threads: 1,
      });
      const outputs = await session.run({ pixel_values: float32([1, 3, 224, 224], photo) });
      await session.release();
      return outputs;
    });
    expect(await results[0]).toEqual(await results[1]);
  });
});
