import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Head, weightsOf } from "../../src/heads/head.js";
import { mlpHead } from "../../src/heads/mlp.js";
import { createOps } from "../../src/onnx/builder.js";
import { type Graph, graphOf, type Model, subgraphs } from "../../src/onnx/graph.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { float32, int32, sizeOf, type Tensor } from "../../src/tensor.js";
import { evaluationGraph, trainingGraph } from "../../src/training-graph/assemble.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { initialState, nextState } from "../../src/training-graph/step.js";
import { relativeDifference } from "../helpers/difference.js";
import { type Feeds, input, numbersOf, run } from "../helpers/run-graph.js";

/** PyTorch's answers, see ../fixtures/make_head.py. */
interface Fixture {
  /** Of features, hidden layers and logits. */
  readonly widths: readonly number[];
  readonly dropout: number;
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly order: readonly (readonly number[])[];
  readonly lrs: readonly number[];
  /** A digit each, step by step. */
  readonly masks: Readonly<Record<string, string>>;
  readonly start: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
  readonly end: Readonly<Record<string, readonly number[]>>;
  readonly logits: readonly number[];
}
const torch: Fixture = JSON.parse(readFileSync(new URL("../fixtures/head.json", import.meta.url), "utf8"));

const fastai = { features: 2560, classes: 10, hidden: [512], dropout: 0.5, seed: 42 };
const small = mlpHead({
  features: torch.widths[0]!,
  classes: torch.widths.at(-1)!,
  hidden: torch.widths.slice(1, -1),
  dropout: torch.dropout,
  seed: 0,
});
const classes = torch.widths.at(-1)!;
const data = {
  features: float32([torch.labels.length, torch.widths[0]!], torch.features),
  labels: int32([torch.labels.length], torch.labels),
};
const parts = (head: Head) => ({
  head,
  loss: crossEntropy({ classes, labelSmoothing: 0, classWeights: undefined }),
  optimizer: sgd(),
  features: torch.widths[0]!,
});

async function outputsOf({ graph }: Model, feeds: Feeds): Promise<Readonly<Record<string, Tensor>>> {
  const results = await run(graph, feeds);
  return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, results[i]!]));
}

/** The state by name, with numbers from `values` where it has some. */
const stateWith = (head: Head, values: Readonly<Record<string, readonly number[]>>): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(initialState(head, sgd())).map(([name, tensor]) => {
      const own = values[name];
      return [name, own ? float32(tensor.shape, own) : tensor];
    }),
  );

const opTypes = (...outputs: Parameters<typeof graphOf>[2]) =>
  graphOf("head", [], outputs).nodes.map(({ opType }) => opType);

describe("mlpHead", () => {
  it("has fast.ai's layers: as wide, as named, started and dropped as they are", () => {
    const { parameters, buffers, masks } = mlpHead(fastai);
    const shapes = Object.entries({ ...parameters, ...buffers }).map(([name, { shape }]) => [name, shape]);
    expect(shapes).toEqual([
      ["classifier.bn1.weight", [2560]],
      ["classifier.bn1.bias", [2560]],
      ["classifier.linear1.weight", [512, 2560]],
      ["classifier.bn2.weight", [512]],
      ["classifier.bn2.bias", [512]],
      ["classifier.linear2.weight", [10, 512]],
      ["classifier.bn1.running_mean", [2560]],
      ["classifier.bn1.running_var", [2560]],
      ["classifier.bn2.running_mean", [512]],
      ["classifier.bn2.running_var", [512]],
    ]);
    expect(masks).toEqual([
      { name: "classifier.dropout1", width: 2560, rate: 0.25 },
      { name: "classifier.dropout2", width: 512, rate: 0.5 },
    ]);
    for (const [name, inputs] of [
      ["classifier.linear1.weight", 2560],
      ["classifier.linear2.weight", 512],
    ] as const) {
      const { data } = parameters[name]!;
      const mean = data.reduce((sum, w) => sum + w, 0) / data.length;
      const variance = data.reduce((sum, w) => sum + (w - mean) ** 2, 0) / data.length;
      // Five standard deviations of a mean and of a variance of so many normal numbers.
      expect(Math.abs(mean) / Math.sqrt(2 / inputs)).toBeLessThan(5 / Math.sqrt(data.length));
      expect(Math.abs(variance / (2 / inputs) - 1)).toBeLessThan(5 * Math.sqrt(2 / data.length));
    }
  });

  it("drops half as much before every layer but the last", () => {
    const { masks } = mlpHead({ ...fastai, hidden: [7, 5, 3], dropout: 0.6 });
    expect(masks.map(({ width, rate }) => [width, rate])).toEqual([
      [2560, 0.3],
      [7, 0.3],
      [5, 0.3],
      [3, 0.6],
    ]);
  });

  it("is the same weights for the same seed, and others for another", () => {
    const weights = (seed: number) => mlpHead({ ...fastai, features: 20, seed }).parameters;
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)["classifier.linear1.weight"]).not.toEqual(weights(2)["classifier.linear1.weight"]);
    const { "classifier.linear1.weight": first, "classifier.linear2.weight": second } = weights(1);
    expect([...first!.data.subarray(0, 5)]).not.toEqual([...second!.data.subarray(0, 5)]);
  });

  it("is batch norm and dense layer in turn in inference, the running statistics among their inputs", () => {
    const op = createOps();
    const weights = Object.entries(weightsOf(small)).map(([name, { shape }]) => [name, input(name, shape)]);
    const logits = small.forward(op, input("x", ["n", 4]), Object.fromEntries(weights));
    expect(logits.shape).toEqual(["n", 3]);
    expect(opTypes(logits)).toEqual([
      ...["BatchNormalization", "Gemm", "Relu", "BatchNormalization", "Gemm", "Relu", "BatchNormalization", "Gemm"],
    ]);
  });

  it("draws nothing in any graph", () => {
    const types = (graph: Graph): string[] =>
      graph.nodes.flatMap((node) => [node.opType, ...subgraphs(node).flatMap(types)]);
    const all = types(trainingGraph(parts(small)).graph);
    expect(all).toEqual(expect.arrayContaining(["Loop", "Where"]));
    expect(all.filter((opType) => /Dropout|Random|Bernoulli|Multinomial/.test(opType))).toEqual([]);
  });

  it("takes ten steps as PyTorch does, running statistics included, and gives its logits with the weights it ends with", async () => {
    const masks = small.masks.map(({ name, width }): [string, Tensor] => [
      name,
      { dtype: "uint8", shape: [10, 4, width], data: Uint8Array.from(torch.masks[name]!, Number) },
    ]);
    const outputs = await outputsOf(trainingGraph(parts(small)), {
      ...data,
      order: int32([10, 4], torch.order.flat()),
      lr: float32([10], torch.lrs),
      momentum: float32([10], Array(10).fill(0.9)),
      ...Object.fromEntries(masks),
      ...stateWith(small, torch.start),
    });
    expect(relativeDifference(numbersOf(outputs.losses!), torch.losses)).toBeLessThan(1e-5);
    for (const [name, expected] of Object.entries(torch.end))
      expect(relativeDifference(numbersOf(outputs[nextState(name)]!), expected), name).toBeLessThan(1e-5);

    const trained = stateWith(small, torch.end);
    const weights = Object.fromEntries(Object.keys(weightsOf(small)).map((name) => [name, trained[name]!]));
    const { logits } = await outputsOf(evaluationGraph(parts(small)), { ...data, ...weights });
    expect(relativeDifference(numbersOf(logits!), torch.logits)).toBeLessThan(2e-6);
  });

  it("learns from a batch of one photo without a NaN", async () => {
    const masks = small.masks.map(({ name, width }): [string, Tensor] => [
      name,
      { dtype: "uint8", shape: [1, 1, width], data: new Uint8Array(width).fill(1) },
    ]);
    const start = stateWith(small, torch.start);
    const outputs = await outputsOf(trainingGraph(parts(small)), {
      ...data,
      order: int32([1, 1], [3]),
      lr: float32([1], [0.1]),
      momentum: float32([1], [0.9]),
      ...Object.fromEntries(masks),
      ...start,
    });
    for (const { data } of Object.values(outputs))
      expect(Array.from(data as Float32Array).every(Number.isFinite)).toBe(true);
    for (const name of Object.keys(small.buffers)) expect(outputs[nextState(name)]!.data).toEqual(start[name]!.data);
    expect(outputs[nextState("classifier.linear3.weight")]!.data).not.toEqual(start["classifier.linear3.weight"]!.data);
  });

  it("needs no masks where nothing is dropped", async () => {
    const head = mlpHead({ features: 4, classes: 3, hidden: [5], dropout: 0, seed: 1 });
    expect(head.masks).toEqual([]);
    const { losses } = await outputsOf(trainingGraph(parts(head)), {
      ...data,
      order: int32([1, 12], [...Array(12).keys()]),
      lr: float32([1], [0.1]),
      momentum: float32([1], [0.9]),
      ...initialState(head, sgd()),
    });
    expect(numbersOf(losses!)[0]).toBeGreaterThan(0);
    expect(sizeOf(losses!.shape)).toBe(1);
  });
});
