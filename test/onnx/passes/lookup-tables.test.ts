import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { foldConstants } from "../../../src/onnx/passes/fold-constants.js";
import { lookups } from "../../../src/onnx/passes/lookup-tables.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { float32, int64, sizeOf } from "../../../src/tensor.js";
import { evaluate } from "../../helpers/evaluate.js";
import { input, run } from "../../helpers/run-graph.js";

const op = createOps();
const table = op.constant("table", float32([3, 2], [1, 2, 3, 4, 5, 6]));
const places = op.constant("places", int64([2, 2], [0, 1, 1, 2]));
/** [2, 2, 2], of 3·2 entries. */
const biases = op.Transpose(op.Gather(table, places), { perm: [2, 0, 1] });

describe("lookups", () => {
  const names = (value: TypedValue) =>
    [...lookups([value], ({ shape }) => sizeOf(shape as readonly number[]))].map(({ opType }) => opType);

  it("are what finds entries again and again, and what moves them", () => {
    expect(names(biases)).toEqual(["Transpose", "Gather"]);
    expect(names(op.Unsqueeze(biases, op.ints(0)))).toEqual(["Unsqueeze", "Transpose", "Gather"]);
  });

  it("are not what takes entries once, what computes with them, or whole numbers", () => {
    expect(names(op.Gather(table, op.ints(2, 0)))).toEqual([]);
    expect(names(op.Sigmoid(biases))).toEqual([]);
    expect(names(op.Gather(op.ints(4, 5), places))).toEqual([]);
  });
});

it("stay when constants are folded, what they read does not", async () => {
  const x = input("x", ["N", 2, 2, 2]);
  const halves = op.Gather(op.Mul(table, 0.5), places);
  const sum = op.Add(op.Add(x, biases), op.Add(op.Transpose(halves, { perm: [2, 0, 1] }), 1));
  const model = { graph: graphOf("g", [x], [sum]), opsets: { "": targetOpset }, metadata: {} };
  const folded = await foldConstants(model, evaluate);
  expect(folded.graph.nodes.map(({ opType }) => opType)).toEqual(["Gather", "Transpose", "Add", "Add"]);
  expect(folded.graph.initializers.map(({ name }) => name).slice(0, 2)).toEqual(["table", "places"]);
  const feeds = { x: float32([1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]) };
  expect(await run(folded.graph, feeds)).toEqual(await run(model.graph, feeds));
});
