import { describe, expect, it } from "vitest";
import { normalise } from "../../src/onnx/normalise.js";
import { onnx } from "../../src/onnx/proto.js";
import { readModel } from "../../src/onnx/read.js";
import { targetOpset } from "../../src/onnx/schema.js";
import { float32 } from "../../src/tensor.js";
import { evaluate } from "../helpers/evaluate.js";
import { numbersOf } from "../helpers/run-graph.js";
import { file, floats, info, node } from "./fixtures.js";

const opset = (domain: string, version: number) => new onnx.OperatorSetIdProto({ domain, version });
const ints = (name: string, ...values: number[]) => new onnx.AttributeProto({ name, type: 7, ints: values });
const scalar = (name: string, f: number) => new onnx.AttributeProto({ name, type: 1, f });

describe("normalise", () => {
  // y = Clip(sum over axis 1 of (2·x)², 0, 40): a function in opset 13 called from a graph in opset 10, a weight that
  // is a Constant node behind an Identity, and half floats.
  const weight = new onnx.AttributeProto({
    name: "value",
    type: 4,
    t: new onnx.TensorProto({ data_type: 10, dims: [1], raw_data: Uint8Array.of(0x00, 0x40) }),
  });
  const square = new onnx.FunctionProto({
    name: "SquareSum",
    domain: "local",
    input: ["a"],
    output: ["s"],
    node: [
      node("Mul", ["a", "a"], ["q"]),
      node("Constant", [], ["axes"], { attribute: [ints("value_ints", 1)] }),
      node("ReduceSum", ["q", "axes"], ["s"]),
    ],
    opset_import: [opset("", 13)],
  });
  const model = readModel(
    file(
      {
        input: [info("x", 2, 2)],
        output: [info("y", 2, 1)],
        initializer: [floats("unused", [1], [7])],
        node: [
          node("Constant", [], ["half"], { attribute: [weight] }),
          node("Identity", ["half"], ["same"]),
          node("Cast", ["same"], ["w"], { attribute: [new onnx.AttributeProto({ name: "to", type: 2, i: 1 })] }),
          node("Mul", ["x", "w"], ["scaled"]),
          node("SquareSum", ["scaled"], ["sum"], { domain: "local", name: "call" }),
          node("Clip", ["sum"], ["y"], { attribute: [scalar("min", 0), scalar("max", 40)] }),
        ],
      },
      { opset_import: [opset("", 10), opset("local", 1)], functions: [square], ir_version: 8 },
    ),
    { source: "m.onnx" },
  );

  it("brings functions, old opsets, constants and half floats to one form that computes the same", async () => {
    const normal = await normalise(model, "m.onnx", evaluate);
    expect(normal.opsets).toEqual({ "": targetOpset });
    expect(normal.proto!.functions).toEqual([]);
    expect(normal.graph.nodes.map(({ opType }) => opType)).toEqual(["Mul", "Mul", "ReduceSum", "Clip"]);
    expect(normal.graph.initializers.map(({ dtype }) => dtype).sort()).toEqual([
      "float32",
      "float32",
      "float32",
      "int64",
    ]);
    const { y } = await evaluate(normal, { x: float32([2, 2], [1, 2, 3, 0]) });
    expect(numbersOf(y!)).toEqual([20, 36]);
  });

  it("changes nothing the second time, and then runs nothing", async () => {
    const normal = await normalise(model, "m.onnx", evaluate);
    const again = await normalise(normal, "m.onnx", () => Promise.reject(new Error("it ran")));
    expect(again.graph.nodes).toEqual(normal.graph.nodes);
  });

  it.each([
    [27, "27"],
    [6, "6"],
  ])("refuses opset %i", async (version, said) => {
    const other = { ...model, opsets: { "": version } };
    await expect(normalise(other, "m.onnx", evaluate)).rejects.toMatchObject({ code: "unsupported-model" });
    await expect(normalise(other, "m.onnx", evaluate)).rejects.toThrow(said);
  });

  it("takes a file that imports nothing for one of the first opset", async () => {
    await expect(normalise({ ...model, opsets: {} }, "m.onnx", evaluate)).rejects.toThrow("m.onnx");
  });
});
