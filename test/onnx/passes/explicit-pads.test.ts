import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { withExplicitPads } from "../../../src/onnx/passes/explicit-pads.js";
import { float32, int64 } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";
import { emit } from "../../helpers/tiny-network.js";

const ints = (...value: number[]) => ({ type: "INTS", value }) as const;

describe("withExplicitPads", () => {
  const x = input("x", [1, 1, 2, 2]);
  const pads = createOps().constant("pads", int64([8], [0, 0, 1, 1, 0, 0, 1, 1]));
  const padded = emit("Pad", [x, pads], { shape: [1, 1, 4, 4] });
  const attributes = { kernel_shape: ints(2, 2), strides: ints(2, 2) };
  const pooled = emit("MaxPool", [padded], { shape: [1, 1, 2, 2], attributes });

  it("makes the runtime pad with zeros, where it would ignore what is outside", async () => {
    const graph = withExplicitPads(graphOf("g", [x], [pooled]));
    const [result] = await run(graph, { x: float32([1, 1, 2, 2], [-1, -2, -3, -4]) });
    expect(numbersOf(result!)).toEqual([0, 0, 0, 0]);
    expect(withExplicitPads(graph)).toBe(graph);
  });

  it("leaves other pads alone", () => {
    const graph = graphOf("g", [x], [emit("AveragePool", [padded], { shape: [1, 1, 2, 2], attributes })]);
    expect(withExplicitPads(graph)).toBe(graph);
  });
});
