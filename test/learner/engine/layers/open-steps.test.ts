import { describe, expect, it } from "vitest";
import { createOps } from "../../../../src/onnx/builder.js";
import { graphOf, type Model } from "../../../../src/onnx/graph.js";
import { normals, stream } from "../../../../src/random.js";
import { float32, int32 } from "../../../../src/tensor.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { conv, optimizer, partsOf } from "../../../helpers/boundaries.js";
import { input } from "../../../helpers/run-graph.js";
import { noMasks, takeSteps } from "../../../helpers/training.js";

describe("the rows of a run", () => {
  /** A single convolution of 4096 · 256 values, each of 3 · kernel² multiplications. */
  function heavyModel(kernelSize: number): Model {
    const op = createOps();
    const image = input("image", ["batch", 3, 64, 64]);
    const kernel = op.constant(
      "conv.weight",
      float32([256, 3, kernelSize, kernelSize], normals(256 * 3 * kernelSize ** 2, stream(1, "kernel"))),
    );
    const pads = Array<number>(4).fill((kernelSize - 1) / 2);
    const features = op.Flatten(op.GlobalAveragePool(op.Conv(image, kernel, undefined, { pads })));
    const logits = op.Gemm(
      features,
      op.constant("fc.weight", float32([256, 5], normals(1280, stream(1, "fc")))),
      undefined,
    );
    return { graph: graphOf("heavy", [image], [logits]), opsets: { "": 18 }, metadata: {} };
  }

  it.each([
    ["work", 7, 8e9 / (64 * 64 * 256 * 3 * 49)],
    ["memory", 1, (320 * 2 ** 20) / (4 * (64 * 64 * 256 + 256 + 256))],
  ])("are as many as their %s allows", async (_, kernelSize, affordable) => {
    const { openAt } = await partsOf(heavyModel(kernelSize), 64);
    // An evaluation goes forward only.
    expect((await openAt(0)).rowsPerRun).toBe(2 * Math.floor(affordable));
  });

  it("are at most 1024", async () => {
    const { openAt: openSmall } = await conv();
    expect((await openSmall(0)).rowsPerRun).toBe(1024);
    expect((await openSmall(3)).rowsPerRun).toBe(1024);
  });

  /** Rows of the runs of a step on so many rows of random numbers. */
  async function runsOfStep({ openAt, runs }: Awaited<ReturnType<typeof partsOf>>, first: number, count: number) {
    const { head, frozen, begin } = await openAt(first);
    const { featureCount } = frozen;
    const features = float32([count, featureCount], normals(count * featureCount, stream(1, "rows")).map(Math.abs));
    const order = Int32Array.from({ length: count }, (_, i) => i);
    const data = { features, labels: int32([count], [...order.map((i) => i % 3)]) };
    const rates = { lr: [0.1], momentum: [0.9] };
    const steps = { first: 0, batches: [order], rates };
    await takeSteps(begin, initialState(head, optimizer), { data, masks: noMasks }, steps);
    return runs.filter(({ name }) => name === "the gradient graph").map(({ rows }) => rows);
  }

  it.each([
    [undefined, [8]],
    [3, [3, 3, 2]],
    [100, [8]],
  ])("of training are a batch, or %s", async (microBatch, expected) => {
    expect(await runsOfStep(await conv({ microBatch }), 1, 8)).toEqual(expected);
  });

  it("of training are about as many each", async () => {
    // 51 are affordable.
    expect(await runsOfStep(await partsOf(heavyModel(7), 64, { batchSize: 60 }), 0, 60)).toEqual([30, 30]);
  });
});
