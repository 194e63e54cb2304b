import { describe, expect, it } from "vitest";
import { mlpHead } from "../../../../src/heads/mlp.js";
import { openBoundary } from "../../../../src/learner/engine/layers/boundary.js";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import { createOps } from "../../../../src/onnx/builder.js";
import { graphOf, type Model } from "../../../../src/onnx/graph.js";
import { normals, stream } from "../../../../src/random.js";
import { float32, int32 } from "../../../../src/tensor.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { classes, closing, conv, optimizer, partsOf } from "../../../helpers/boundaries.js";
import { largestDifference } from "../../../helpers/difference.js";
import { input, numbersOf } from "../../../helpers/run-graph.js";
import { noMasks, takeSteps } from "../../../helpers/training.js";

describe("a head on a device that runs no Loop itself", () => {
  it("is trained by gradient and update graphs, to the losses and weights of the Loop", async () => {
    const head = mlpHead({ features: 8, classes, hidden: [5], dropout: 0.5, seed: 1 });
    const count = 40;
    const data = {
      features: float32([count, 8], normals(count * 8, stream(1, "rows"))),
      labels: int32(
        [count],
        Int32Array.from({ length: count }, (_, i) => i % classes),
      ),
    };
    const batches = epochBatches(count, 8, 1, "order", 0);
    const rates = { lr: [0.1, 0.2, 0.3, 0.2, 0.1], momentum: [0.9, 0.8, 0.7, 0.8, 0.9] };
    const context = { data, masks: maskDrawer(head.masks, 1, "masks", 0) };
    const trained = async (loops: boolean) => {
      const { given, alive, runs } = await conv({ head, clipNorm: 1 });
      const boundary = await openBoundary(3, { ...given, device: { ...given.device, loops } });
      closing.push(boundary.release);
      const steps = { first: 0, batches, rates };
      return { alive, runs, ...(await takeSteps(boundary.begin, initialState(head, optimizer), context, steps)) };
    };
    const [looped, stepped] = [await trained(true), await trained(false)];
    expect(looped.alive).toEqual(["the frozen layers", "the evaluation graph", "the training graph"]);
    expect(looped.runs.map(({ name }) => name)).toEqual(["the training graph"]);
    const graphs = ["the gradient graph", "the update graph"];
    expect(stepped.alive).toEqual(["the frozen layers", "the evaluation graph", ...graphs]);
    expect(stepped.runs.map(({ name }) => name)).toEqual(batches.flatMap(() => graphs));

    expect(looped.losses[4]).not.toBe(looped.losses[0]);
    expect(largestDifference(stepped.losses, looped.losses)).toBeLessThan(1e-6);
    expect(Object.keys(stepped.next)).toEqual(Object.keys(looped.next));
    for (const [name, tensor] of Object.entries(looped.next))
      expect(largestDifference(numbersOf(stepped.next[name]!), numbersOf(tensor)), name).toBeLessThan(1e-6);
  });
});

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
