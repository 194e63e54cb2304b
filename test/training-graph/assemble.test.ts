import { describe, expect, it } from "vitest";
import type { Head, Values } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import type { Ops } from "../../src/onnx/builder.js";
import { createNode, graphOf, type Model } from "../../src/onnx/graph.js";
import { readModel } from "../../src/onnx/read.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { writeModel } from "../../src/onnx/write.js";
import { createOptimizer } from "../../src/optimizers/create-optimizer.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { float32, int32, type Tensor } from "../../src/tensor.js";
import { evaluationGraph, inferenceModel, trainingGraph } from "../../src/training-graph/assemble.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { initialState, nextState } from "../../src/training-graph/step.js";
import { relativeDifference } from "../helpers/difference.js";
import { type Feeds, input, numbersOf, sessionOf } from "../helpers/run-graph.js";
import { torch } from "./torch.js";

const loss = crossEntropy({ classes: 3, labelSmoothing: 0, classWeights: undefined });
/** PyTorch's linear layer, all parameters at one rate. */
const plainHead = atRates(linearHead({ features: 5, classes: 3 }), () => ({}));

function atRates(head: Head, rates: (op: Ops, x: TypedValue) => Values): Head {
  return {
    ...head,
    forwardTraining: (op, x, weights, masks) => ({
      ...head.forwardTraining(op, x, weights, masks),
      rates: rates(op, x),
    }),
  };
}

async function runModel({ graph }: Model, feeds: Feeds): Promise<Readonly<Record<string, Tensor>>> {
  const session = await sessionOf(graph);
  return session.run(feeds).finally(() => session.release());
}

const { training: reference } = torch;
const data = {
  features: float32([12, 5], reference.features),
  labels: int32([12], reference.labels),
};
const start = {
  "classifier.weight": float32([3, 5], reference.weight),
  "classifier.bias": float32([3], reference.bias),
};
const slots = {
  "momentum_buffer.classifier.weight": float32([3, 5]),
  "momentum_buffer.classifier.bias": float32([3]),
};

describe("trainingGraph", () => {
  it.each(reference.cases)("takes ten steps as PyTorch does: $name", async ({ scheduled, clipNorm, ...expected }) => {
    const optimizer = createOptimizer(expected.optimizer);
    const model = trainingGraph({ head: plainHead, loss, optimizer, clipNorm, features: 5 });
    const outputs = await runModel(model, {
      ...data,
      order: int32([10, 4], reference.order.flat()),
      lr: float32([10], reference.lrs),
      momentum: float32([10], scheduled ? reference.momenta : Array(10).fill(optimizer.momentum)),
      ...initialState(plainHead, optimizer),
      ...start,
    });
    expect(relativeDifference(numbersOf(outputs.losses!), expected.losses)).toBeLessThan(1e-5);
    expect(relativeDifference(numbersOf(outputs[nextState("classifier.weight")]!), expected.weight)).toBeLessThan(1e-5);
    expect(relativeDifference(numbersOf(outputs[nextState("classifier.bias")]!), expected.bias)).toBeLessThan(1e-5);
  });

  it("gives the same bits in one run of ten steps and in ten runs of one", async () => {
    const { graph } = trainingGraph({ head: plainHead, loss, optimizer: sgd({ nesterov: true }), features: 5 });
    const session = await sessionOf(graph);
    const run = (from: number, to: number, state: Feeds) =>
      session.run({
        ...data,
        order: int32([to - from, 4], reference.order.slice(from, to).flat()),
        lr: float32([to - from], reference.lrs.slice(from, to)),
        momentum: float32([to - from], reference.momenta.slice(from, to)),
        ...state,
      });
    const whole = await run(0, 10, { ...start, ...slots });
    let state: Feeds = { ...start, ...slots };
    const losses: number[] = [];
    for (let step = 0; step < 10; step++) {
      const outputs = await run(step, step + 1, state);
      losses.push(...numbersOf(outputs.losses!));
      state = Object.fromEntries(Object.keys(state).map((name) => [name, outputs[nextState(name)]!]));
    }
    expect(losses).toEqual(numbersOf(whole.losses!));
    for (const [name, { data }] of Object.entries(state)) expect(data).toEqual(whole[nextState(name)]!.data);
    await session.release();
  });

  it("applies the head's own factors on the rate", async () => {
    const head = atRates(plainHead, (op, x) => ({
      "classifier.bias": op.ReduceSum(x, undefined, { keepdims: 0 }),
    }));
    const feeds = {
      features: float32([1, 5], [1, 2, 3, 4, -8]),
      labels: int32([1], [0]),
      order: int32([1, 1], [0]),
      lr: float32([1], [0.3]),
      momentum: float32([1], [0]),
      ...initialState(head, sgd()),
    };
    const outputs = await runModel(trainingGraph({ head, loss, optimizer: sgd(), features: 5 }), feeds);
    // From zero the gradient of the bias is 1/3 - 1 for the true class and 1/3 for the others; the factor is 2.
    expect(relativeDifference(numbersOf(outputs[nextState("classifier.bias")]!), [0.4, -0.2, -0.2])).toBeLessThan(1e-6);
    expect(numbersOf(outputs[nextState("classifier.weight")]!)[0]).toBeCloseTo(0.2, 6);
  });

  it("is the same bytes each time it is built", () => {
    const parts = { head: plainHead, loss, optimizer: sgd(), features: 5 };
    expect(writeModel(trainingGraph(parts))).toEqual(writeModel(trainingGraph(parts)));
  });
});

describe("evaluationGraph", () => {
  it("gives logits, and the loss as a sum and its weight", async () => {
    const weighted = crossEntropy({ classes: 3, labelSmoothing: 0, classWeights: [1, 2, 3] });
    const feeds = { features: float32([2, 5], [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]), labels: int32([2], [2, 0]) };
    const weights = {
      "classifier.weight": float32([3, 5], [...Array(15).keys()]),
      "classifier.bias": float32([3], [1, 0, -1]),
    };
    const outputs = await runModel(evaluationGraph({ head: plainHead, loss: weighted, features: 5 }), {
      ...feeds,
      ...weights,
    });
    const logits = [1, 5, 9, 5, 9, 13];
    expect(numbersOf(outputs.logits!)).toEqual(logits);
    expect(outputs.logits!.shape).toEqual([2, 3]);
    const logSum = Math.log(1 + Math.exp(-4) + Math.exp(-8));
    expect(numbersOf(outputs.total!)[0]).toBeCloseTo(3 * logSum + (8 + logSum), 5);
    expect(numbersOf(outputs.weight!)).toEqual([4]);
  });
});

describe("inferenceModel", () => {
  /** The mean of each channel. */
  const image = input("data", ["N", 3, "H", "W"]);
  const node = (opType: string, from: typeof image, shape: (string | number)[]) =>
    createNode({ opType, domain: "", name: opType, inputs: [from], attributes: {} }, [
      { name: opType, dtype: "float32", shape },
    ]).outputs[0] as typeof image;
  const pooled = node("Flatten", node("GlobalAveragePool", image, ["N", 3, 1, 1]), ["N", 3]);
  const frozen: Model = { graph: graphOf("frozen", [image], [pooled]), opsets: { "": 17 }, metadata: { kept: "yes" } };

  it("is the frozen network and the head's weights under the names that others ask for", async () => {
    const head = linearHead({ features: 3, classes: 2 });
    const weights = {
      "classifier.weight": float32([2, 3], [1, 2, 3, -1, 0, 1]),
      "classifier.bias": float32([2], [0.5, 0]),
    };
    const model = inferenceModel(frozen, { head, weights });
    expect(model.metadata).toEqual({ kept: "yes" });
    const { graph } = readModel(writeModel(model), { source: "written" });
    expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([["pixel_values", ["batch", 3, "H", "W"]]]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(["logits"]);
    const pixels = float32([1, 3, 1, 2], [1, 3, 0, 2, 4, 4]);
    const outputs = await runModel(model, { pixel_values: pixels });
    expect(numbersOf(outputs.logits!)).toEqual([2 + 2 + 12 + 0.5, 2]);
    expect(frozen.graph.inputs[0]!.name).toBe("data");
  });
});
