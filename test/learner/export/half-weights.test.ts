import { describe, expect, it } from "vitest";
import { halfWeights } from "../../../src/learner/export/half-weights.js";
import { createOps } from "../../../src/onnx/builder.js";
import { type Graph, graphOf } from "../../../src/onnx/graph.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { stream } from "../../../src/random.js";
import { float32 } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

/** x [N, 64] · w [64, 32] + b [32] */
function dense(scale: number, odd?: number): Graph {
  const from = stream(1, "weights");
  const weights = Array.from({ length: 2048 }, () => scale * (2 * from.next() - 1));
  if (odd !== undefined) weights[7] = odd;
  const op = createOps();
  const w = op.constant("w", float32([64, 32], weights));
  const b = op.constant("b", float32([32], weights.slice(0, 32)));
  const x = input("x", ["batch", 64]);
  return graphOf("dense", [x], [op.Gemm(x, w, b)]);
}

const dtypes = ({ initializers }: Graph) => initializers.map(({ name, dtype }) => `${name} ${dtype}`);

describe("halfWeights", () => {
  it("stores large weights as float16 behind a Cast that bears their name, and small ones as they are", () => {
    const graph = halfWeights(dense(1));
    expect(dtypes(graph)).toEqual(["w.float16 float16", "b float32"]);
    expect(graph.nodes.map(({ opType, outputs }) => `${opType} ${outputs[0]!.name}`)[0]).toBe("Cast w");
    expect((tensorOf(graph.initializers[0]!.constant!).data as Uint16Array).byteLength).toBe(4096);
  });

  it("computes nearly the same", async () => {
    const x = float32(
      [2, 64],
      Array.from({ length: 128 }, (_, i) => Math.sin(i)),
    );
    const [exact, half] = await Promise.all(
      [dense(1), halfWeights(dense(1))].map(async (graph) => numbersOf((await run(graph, { x }))[0]!)),
    );
    const difference = Math.max(...half!.map((y, i) => Math.abs(y - exact![i]!)));
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(64 * 2 ** -12);
  });

  it.each([
    ["one too large for float16", dense(1, 70000)],
    ["all of them tiny", dense(1e-7)],
    ["one that is no number", dense(1, Number.NaN)],
  ])("leaves weights alone, %s", (_, graph) => {
    expect(dtypes(halfWeights(graph))).toEqual(["w float32", "b float32"]);
  });

  it("takes weights of any scale that float16 has digits for", () => {
    for (const scale of [1e-3, 1, 6e4]) expect(dtypes(halfWeights(dense(scale)))).toContain("w.float16 float16");
    expect(dtypes(halfWeights(dense(0)))).toContain("w.float16 float16");
  });
});
