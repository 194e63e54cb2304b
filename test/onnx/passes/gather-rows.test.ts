import { describe, expect, it } from "vitest";
import { emit, list } from "../../../src/onnx/emit.js";
import { graphOf, type Value } from "../../../src/onnx/graph.js";
import { gatherRows } from "../../../src/onnx/passes/gather-rows.js";
import { float32, int64 } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const x = input("x", [3, 2]);
const feeds = { x: float32([3, 2], [1, 2, 3, 4, 5, 6]) };
const places = (shape: number[], ...numbers: number[]): Value => ({
  ...list("places", []),
  shape,
  constant: { tensor: int64(shape, numbers) },
});
const gathered = (indices: Value, batchDims = 0) =>
  graphOf(
    "g",
    [x, ...(indices.constant ? [] : [indices])],
    [
      emit("GatherND", "y", [x, indices], {
        attributes: { batch_dims: { type: "INT", value: batchDims } },
        dtype: "float32",
        shape: [undefined, undefined],
      }),
    ],
  );

describe("gatherRows", () => {
  it("takes the same rows, from either end", async () => {
    const before = gathered(places([2, 2, 1], 2, 0, -1, 2));
    const after = gatherRows(before);
    expect(after.nodes.map(({ opType }) => opType)).toEqual(["Gather"]);
    const [rows] = await run(after, feeds);
    expect(rows).toEqual((await run(before, feeds))[0]);
    expect(rows!.shape).toEqual([2, 2, 2]);
    expect(numbersOf(rows!)).toEqual([5, 6, 1, 2, 5, 6, 5, 6]);
  });

  it.each([
    ["of single elements", gathered(places([1, 2], 2, 0))],
    ["photo by photo", gathered(places([3, 1], 0, 1, 0), 1)],
    ["at computed places", gathered(input("indices", [2, 1], "int64"))],
  ])("leaves what is %s", (_, graph) => {
    expect(gatherRows(graph)).toBe(graph);
  });
});
