import { expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { copyOf, emit } from "../../../src/onnx/emit.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { probe } from "../../../src/onnx/passes/probe.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { float32 } from "../../../src/tensor.js";
import { evaluate } from "../../helpers/evaluate.js";
import { input, numbersOf } from "../../helpers/run-graph.js";

it("probe gives what values in a graph's midst are, in the order they are asked for", async () => {
  const op = createOps();
  // Named as an output of the probe's own might be.
  const x = input("x_probe_0", ["N", 2]);
  const half = op.Mul(x, 0.5);
  const graph = graphOf("g", [x], [op.Exp(half)]);
  const outputs = [(name: string) => emit("Shape", name, [half]), (name: string) => copyOf(half, name)];
  const model = { graph, opsets: { "": targetOpset }, metadata: {} };
  const found = await probe(model, outputs, { x_probe_0: float32([1, 2], [3, 4]) }, evaluate);
  expect(found.map(numbersOf)).toEqual([
    [1, 2],
    [1.5, 2],
  ]);
});
