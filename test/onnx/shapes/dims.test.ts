import { describe, expect, it } from "vitest";
import type { Dim } from "../../../src/onnx/graph.js";
import { broadcastShapes, quotient } from "../../../src/onnx/shapes/dims.js";

describe("broadcastShapes", () => {
  const table: [a: Dim[], b: Dim[], result: Dim[]][] = [
    [[], [], []],
    [[3], [], [3]],
    [[2, 3], [3], [2, 3]],
    [
      [1, 3],
      [2, 1],
      [2, 3],
    ],
    [
      ["batch", 3],
      ["batch", 1],
      ["batch", 3],
    ],
    [["batch", 3], [3], ["batch", 3]],
    [["batch"], [1], ["batch"]],
    [["batch"], [7], [7]],
    [
      [undefined, 3],
      [1, 3],
      [undefined, 3],
    ],
    [[0], [1], [0]],
  ];
  it.each(table)("of %j and %j is %j, either way round", (a, b, result) => {
    expect(broadcastShapes(a, b)).toEqual(result);
    expect(broadcastShapes(b, a)).toEqual(result);
  });

  it("refuses sizes that do not meet", () => {
    expect(() => broadcastShapes([2, 3], [2])).toThrow("shapes [2,3] and [2] do not broadcast");
  });
});

describe("quotient", () => {
  const table: [dims: Dim[], divisors: Dim[], result: Dim][] = [
    [[], [], 1],
    [[6, 4], [8], 3],
    [["batch", 6], ["batch"], 6],
    [["batch", 6], [3, 2], "batch"],
    [[2, "batch", 6], [4, 3], "batch"],
    [["batch", 6], [3], undefined],
    [["batch"], ["patches"], undefined],
    [["batch", "patches"], ["patches"], "batch"],
    [["batch", "batch"], [], undefined],
    [[6], ["batch"], undefined],
    [[undefined, 4], [4], undefined],
    [[7], [2], undefined],
    [[0], [0], undefined],
  ];
  it.each(table)("of %j by %j is %j", (dims, divisors, result) => {
    expect(quotient(dims, divisors)).toEqual(result);
  });
});
