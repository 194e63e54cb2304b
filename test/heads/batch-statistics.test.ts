import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { normaliseBatch } from "../../src/heads/batch-statistics.js";
import { createOps } from "../../src/onnx/builder.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { relativeDifference } from "../helpers/difference.js";
import { compute, type Feeds, input, numbersOf } from "../helpers/run-graph.js";

type Numbers = readonly number[];

interface Statistics {
  readonly mean: Numbers;
  readonly variance: Numbers;
}

/** PyTorch's answers, see ../fixtures/make_batch_statistics.py. */
interface Case {
  readonly name: string;
  readonly shape: Numbers;
  readonly epsilon: number;
  readonly share: number;
  readonly scale: Numbers;
  readonly bias: Numbers;
  readonly batches: readonly Numbers[];
  /** After the first batch and after the last. */
  readonly running: { readonly first: Statistics; readonly last: Statistics };
  /** Of the last batch. */
  readonly y: Numbers;
  readonly dY: Numbers;
  readonly gradients: { readonly x: Numbers; readonly scale: Numbers; readonly bias: Numbers };
}
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("../fixtures/batch-statistics.json", import.meta.url), "utf8"),
);

const perChannel = (name: string): TypedValue => input(name, [3]);
const [scale, bias, mean, variance] = [perChannel("scale"), perChannel("bias"), perChannel("mean"), perChannel("var")];
const vector = (numbers: Numbers) => float32([numbers.length], numbers);

/** Batches of any size, of images of a known one. */
const batchOf = (shape: Numbers): TypedValue => input("x", ["batch", ...shape.slice(1)]);

async function run(x: TypedValue, options: Pick<Case, "epsilon" | "share">, feeds: Feeds) {
  const { y, running } = normaliseBatch(createOps(), x, { scale, bias, running: { mean, variance } }, options);
  expect(y.shape).toEqual(x.shape);
  const found = await compute([y, running.mean, running.variance], [x, scale, bias, mean, variance], feeds);
  expect(found.slice(1).map(({ shape }) => shape)).toEqual([[3], [3]]);
  return found.map(numbersOf) as [number[], number[], number[]];
}

describe.each(cases)("normaliseBatch, as PyTorch's $name", (torch) => {
  const x = batchOf(torch.shape);
  const constants = { scale: vector(torch.scale), bias: vector(torch.bias) };

  it("normalises by the batch, and moves the running statistics from batch to batch", async () => {
    let statistics: Statistics = { mean: [0, 0, 0], variance: [1, 1, 1] };
    let y: Numbers = [];
    for (const [i, batch] of torch.batches.entries()) {
      const before = { mean: vector(statistics.mean), var: vector(statistics.variance) };
      const found = await run(x, torch, { x: float32(torch.shape, batch), ...constants, ...before });
      [y, statistics] = [found[0], { mean: found[1], variance: found[2] }];
      if (i === 0) expectClose(statistics, torch.running.first);
    }
    expect(torch.batches.length).toBe(10);
    expectClose(statistics, torch.running.last);
    expect(relativeDifference(y, torch.y)).toBeLessThan(1e-5);
  });

  it("has PyTorch's gradients, which pass through mean and variance", async () => {
    const op = createOps();
    const { y } = normaliseBatch(op, x, { scale, bias, running: { mean, variance } }, torch);
    const dY = input("dY", x.shape);
    const loss = op.ReduceSum(op.Mul(y, dY), undefined, { keepdims: 0 });
    const gradients = differentiate(op, loss, [x, scale, bias]);
    const batch = { x: float32(torch.shape, torch.batches.at(-1)!), dY: float32(torch.shape, torch.dY) };
    const found = (await compute(gradients, [x, scale, bias, dY], { ...batch, ...constants })).map(numbersOf);
    expect(relativeDifference(found[0]!, torch.gradients.x)).toBeLessThan(2e-5);
    expect(relativeDifference(found[1]!, torch.gradients.scale)).toBeLessThan(2e-5);
    expect(relativeDifference(found[2]!, torch.gradients.bias)).toBeLessThan(1e-6);
  });
});

function expectClose(found: Statistics, expected: Statistics): void {
  for (const key of ["mean", "variance"] as const)
    for (const [i, value] of expected[key].entries())
      expect(Math.abs(found[key][i]! / value - 1), `${key}[${i}]`).toBeLessThan(1e-5);
}

describe("normaliseBatch on one value per channel", () => {
  const options = { epsilon: 1e-5, share: 0.1 };
  const feeds = {
    scale: vector([2, -1, 3]),
    bias: vector([0.5, 1, -2]),
    mean: vector([1, 10, 100]),
    var: vector([4, 0.25, 9]),
  };

  it.each([[[1, 3]], [[1, 3, 1, 1]]])("of shape %j leaves the statistics alone, and gives the bias", async (shape) => {
    const found = await run(batchOf(shape), options, { x: float32(shape, [7, -3, 1e4]), ...feeds });
    expect(found).toEqual([
      [0.5, 1, -2],
      [1, 10, 100],
      [4, 0.25, 9],
    ]);
  });

  it("does not take one photo for one value: its pixels have a variance", async () => {
    const x = float32([1, 3, 1, 2], [1, 3, 5, 5, -4, 4]);
    const [y, means, variances] = await run(batchOf(x.shape), options, { x, ...feeds });
    expect(relativeDifference(y, [-1.5, 2.5, 1, 1, -5, 1])).toBeLessThan(1e-5);
    expect(relativeDifference(means, [0.9 + 0.2, 9 + 0.5, 90])).toBeLessThan(1e-6);
    // Unbiased, of two values: (a - b)²/2.
    expect(relativeDifference(variances, [3.6 + 0.2, 0.225, 8.1 + 3.2])).toBeLessThan(1e-6);
  });
});
