import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { float32 } from "../../src/tensor.js";
import { clipByNorm } from "../../src/training-graph/clip.js";
import { largestDifference } from "../helpers/difference.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";
import { torch } from "./torch.js";

// Steps with clipped gradients, against PyTorch, are in assemble.test.ts.

const gradients = [input("a", [2, 2]), input("b", [1]), input("c", [])];

async function clipped(maxNorm: number, a: readonly number[], b: number, c: number): Promise<number[]> {
  const values = clipByNorm(createOps(), gradients, maxNorm);
  const feeds = { a: float32([2, 2], a), b: float32([1], [b]), c: float32([], [c]) };
  return (await compute(values, gradients, feeds)).flatMap(numbersOf);
}

describe("clipByNorm", () => {
  // √(1 + 4 + 4 + 16 + 144 + 0) = 13
  const given = [1, -2, 2, 4];

  it("scales all gradients alike when their common norm is larger", async () => {
    const expected = [...given, -12, 0].map((x) => x / 2);
    expect(largestDifference(await clipped(6.5, given, -12, 0), expected)).toBeLessThan(1e-6);
    expect(
      largestDifference(
        await clipped(0.013, given, -12, 0),
        expected.map((x) => x / 500),
      ),
    ).toBeLessThan(1e-9);
  });

  it("leaves them to the bit when it is not", async () => {
    for (const maxNorm of [13.1, 1e30]) expect(await clipped(maxNorm, given, -12, 0)).toEqual([...given, -12, 0]);
    expect(await clipped(1, [0, 0, 0, 0], 0, 0)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("hides no gradient that is not finite", async () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY])
      expect((await clipped(1, [1, wrong, 2, 4], 0, 0)).some(Number.isNaN)).toBe(true);
  });
});

it("PyTorch's cases have norms on both sides of the limit, and on one alone", () => {
  const sides = torch.training.cases.flatMap(({ clipNorm, norms }) =>
    clipNorm === undefined ? [] : [norms.filter((norm) => norm > clipNorm).length],
  );
  expect(sides).toEqual([6, 0, 6]);
});
