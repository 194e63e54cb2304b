import { afterEach, describe, expect, it } from "vitest";
import type { Head } from "../../../../src/heads/head.js";
import { linearHead } from "../../../../src/heads/linear.js";
import { mlpHead } from "../../../../src/heads/mlp.js";
import { backboneOf } from "../../../../src/learner/engine/layers/backbone.js";
import { type Boundary, type BoundaryOptions, openBoundary } from "../../../../src/learner/engine/layers/boundary.js";
import { type Workplace, workplaceOn } from "../../../../src/learner/engine/layers/workplace.js";
import { featuresOf, type Network } from "../../../../src/learner/engine/model/frozen-network.js";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import { createOps } from "../../../../src/onnx/builder.js";
import { graphOf, type Model } from "../../../../src/onnx/graph.js";
import { sgd } from "../../../../src/optimizers/sgd.js";
import { normals, stream } from "../../../../src/random.js";
import { float32, int32 } from "../../../../src/tensor.js";
import { crossEntropy } from "../../../../src/training-graph/loss.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { convModel, convWeights, photoSize } from "../../../helpers/conv-network.js";
import { largestDifference } from "../../../helpers/difference.js";
import { evaluate } from "../../../helpers/evaluate.js";
import { onCpu, open as openTiny, runtime, squash } from "../../../helpers/opening.js";
import { refusal } from "../../../helpers/refusal.js";
import { input, numbersOf } from "../../../helpers/run-graph.js";
import { noMasks, takeSteps } from "../../../helpers/training.js";
import { watchRuns } from "../../../helpers/watch-runs.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const classes = 3;
const optimizer = sgd();

async function partsOf(model: Model, size: number, options: Partial<BoundaryOptions> = {}) {
  const network = await openTiny(model, squash(size, size));
  closing.push(() => network.session.release());
  const alive: string[] = [];
  const runs: { name: string; rows: number }[] = [];
  const head: Head = linearHead({ features: network.featureCount, classes });
  const workplace = workplaceOn(runtime, onCpu, new AbortController().signal);
  const open: Workplace["open"] = async (model, name, more) => {
    const session = await workplace.open(model, name, more);
    alive.push(name);
    return {
      ...watchRuns(session, ({ order }) => runs.push({ name, rows: order?.shape[0] ?? 0 })),
      release: async () => {
        alive.splice(alive.indexOf(name), 1);
        await session.release();
      },
    };
  };
  const given: BoundaryOptions = {
    backbone: backboneOf(network, { source: "conv", ends: undefined, evaluate }),
    ...{ head, optimizer, clipNorm: undefined, batchSize: 8, microBatch: undefined },
    loss: crossEntropy({ classes, labelSmoothing: 0, classWeights: undefined }),
    trainStatistics: false,
    state: {},
    device: { ...workplace, open },
    ...options,
  };
  const openAt = async (first: number, at?: Network): Promise<Boundary> => {
    const boundary = await openBoundary(first, given, at);
    closing.push(boundary.release);
    return boundary;
  };
  return { network, given, alive, runs, openAt };
}

const conv = (options: Partial<BoundaryOptions> = {}) => partsOf(convModel(), photoSize, options);
const photos = float32([5, 3, photoSize, photoSize], normals(5 * 3 * photoSize ** 2, stream(1, "photos")));

/** The evaluation's answer for the photos, through both parts. */
async function logitsOf({ frozen, head, evaluator }: Boundary, bias: readonly number[]): Promise<number[]> {
  const features = float32([5, frozen.featureCount], await featuresOf(frozen, photos));
  const weights = { ...head.parameters, ...head.buffers, "classifier.bias": float32([classes], bias) };
  return numbersOf((await evaluator.run({ features, labels: int32([5], [0, 0, 0, 0, 0]), ...weights })).logits!);
}

describe("openBoundary", () => {
  it.each([
    [0, 3 * 16 * 16, ["the gradient graph", "the update graph", "the evaluation graph"]],
    [1, 4 * 8 * 8, ["the frozen layers", "the gradient graph", "the update graph", "the evaluation graph"]],
    [2, 6 * 4 * 4, ["the frozen layers", "the gradient graph", "the update graph", "the evaluation graph"]],
    [3, 8, ["the frozen layers", "the evaluation graph", "the training graph"]],
  ])("after %d groups has the rows below, and the graphs to train what is above", async (first, width, names) => {
    const { openAt, alive } = await conv();
    const boundary = await openAt(first);
    expect(boundary).toMatchObject({ first, frozen: { featureCount: width } });
    expect(alive).toEqual(names);
    expect(boundary.model === undefined).toBe(first === 0);
    const layers = convWeights
      .slice(first)
      .flat()
      .map((name) => `backbone.${name}`);
    expect(Object.keys(boundary.head.parameters)).toEqual([...layers, "classifier.weight", "classifier.bias"]);
    await boundary.release();
    expect(alive).toEqual([]);
    closing.pop();
  });

  it("takes over a session on the whole network, and opens none beside it", async () => {
    const { openAt, alive, network } = await conv();
    let released = 0;
    const session = { ...network.session, release: async () => void released++ };
    const boundary = await openAt(3, { ...network, session });
    expect(alive).toEqual(["the evaluation graph", "the training graph"]);
    expect(boundary.frozen.session).toBe(session);
    await boundary.release();
    expect([alive.length, released]).toEqual([0, 1]);
    closing.pop();
  });

  it("gives the same logits wherever the network is divided, with what was learnt", async () => {
    const kernel = "backbone.stage2.conv.weight";
    const state = { [kernel]: float32([6, 4, 3, 3], normals(216, stream(2, "kernel"))) };
    const weight = float32([classes, 8], normals(24, stream(1, "head")));
    const linear = linearHead({ features: 8, classes });
    const head = { ...linear, parameters: { ...linear.parameters, "classifier.weight": weight } };
    const logits: number[][] = [];
    for (const learnt of [state, {}]) {
      const { openAt } = await conv({ state: learnt, head });
      for (const first of [3, 2, 1, 0]) logits.push(await logitsOf(await openAt(first), [1, 0, -1]));
    }
    for (const other of logits.slice(1, 4)) expect(largestDifference(other, logits[0]!)).toBeLessThan(1e-4);
    for (const other of logits.slice(5)) expect(largestDifference(other, logits[4]!)).toBeLessThan(1e-4);
    expect(largestDifference(logits[4]!, logits[0]!)).toBeGreaterThan(0.1);
  });

  it("closes what it has opened when the rest cannot be", async () => {
    const { given, alive } = await conv();
    for (const bad of ["the frozen layers", "the gradient graph", "the update graph", "the evaluation graph"]) {
      const open: Workplace["open"] = (model, name, more) => {
        if (name === bad) throw new Error("out of memory");
        return given.device.open(model, name, more);
      };
      const device = { ...given.device, open };
      await expect(openBoundary(1, { ...given, device })).rejects.toThrow("out of memory");
      expect(alive).toEqual([]);
    }
  });

  it("opens nothing for a network that insists on a number of photos", async () => {
    const { given } = await conv();
    const open: Workplace["open"] = async () => {
      throw new Error("it was opened");
    };
    const options = { ...given, backbone: { ...given.backbone, batch: 2 }, device: { ...given.device, open } };
    for (const first of [0, 1]) await refusal(() => openBoundary(first, options), "unsupported-model", "2 photos");
  });
});

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
