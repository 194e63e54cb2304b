import { describe, expect, it } from "vitest";
import { halfWeights } from "../../../src/learner/export/half-weights.js";
import { createOps } from "../../../src/onnx/builder.js";
import { type Graph, graphOf } from "../../../src/onnx/graph.js";
import { float16ToFloat32, float32ToFloat16, tensorOf } from "../../../src/onnx/tensor-data.js";
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

  const rounded = (values: Float32Array, name = "w"): Float32Array => {
    const op = createOps();
    const x = input("x", ["batch", 64]);
    const w = op.constant(name, float32([64, values.length / 64], values));
    const { initializers } = halfWeights(graphOf("dense", [x], [op.MatMul(x, w)]));
    return float16ToFloat32(tensorOf(initializers[0]!.constant!).data as Uint16Array);
  };
  const drawn = Float32Array.from({ length: 2 ** 15 }, (_, i) => Math.sin(i * i));
  const exact = float16ToFloat32(float32ToFloat16(drawn));

  it("keeps what training adds to weights that come from float16", () => {
    const steps = exact.map((weight, i) => 2 ** -14 * Math.abs(weight) * (i % 3 === 0 ? -1 : 1));
    const trained = exact.map((weight, i) => weight + steps[i]!);
    const along = (moved: Float32Array): number => {
      const dot = (other: Float32Array) => other.reduce((sum, value, i) => sum + value * steps[i]!, 0);
      return dot(moved.map((weight, i) => weight - exact[i]!)) / dot(steps);
    };
    // The nearest halves are those of before: all is lost.
    expect(along(float16ToFloat32(float32ToFloat16(trained)))).toBe(0);
    expect(along(rounded(trained))).toBeGreaterThan(0.9);
    expect(along(rounded(trained))).toBeLessThan(1.1);
  });

  it("gives one of both neighbours, and what float16 holds as it is", () => {
    expect(rounded(exact)).toEqual(exact);
    const ends = [65504, -65504, 65510, 2 ** -24, -(2 ** -24), 0, 1.5 * 2 ** -24, 2 ** -14 - 2 ** -26];
    const values = drawn.map((value, i) => ends[i] ?? value);
    for (const [i, half] of rounded(values).entries()) {
      const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(values[i]!) || 1)) - 10));
      expect(Math.abs(half - values[i]!)).toBeLessThan(step);
    }
  });

  it("gives equal halves for equal weights of one name", () => {
    expect(rounded(drawn)).toEqual(rounded(drawn));
    expect(rounded(drawn)).not.toEqual(rounded(drawn, "v"));
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
