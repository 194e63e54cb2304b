import { describe, expect, it } from "vitest";
import { adamW } from "../../src/optimizers/adamw.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { float32 } from "../../src/tensor.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { gradientGraph, lossesSoFar, updateGraph } from "../../src/training-graph/micro-batches.js";
import { initialState, nextState } from "../../src/training-graph/step.js";
import { relativeDifference } from "../helpers/difference.js";
import { sessionOf } from "../helpers/run-graph.js";
import { hiddenHead, head as linear, task } from "../helpers/training.js";

const loss = crossEntropy({ classes: task.classes, labelSmoothing: 0, classWeights: undefined });
const optimizer = sgd();

describe("gradientGraph", () => {
  it("sums up what starts at zero, and gives successors of sums and buffers", () => {
    const { model, zeros } = gradientGraph({ head: linear, loss, features: task.features });
    const sums = {
      "sum.total": float32([]),
      "sum.weight": float32([]),
      "sum.photos": float32([]),
      "sum.gradient.classifier.weight": float32([3, 4]),
      "sum.gradient.classifier.bias": float32([3]),
      "sum.rate.classifier.bias": float32([]),
    };
    expect(zeros).toEqual(sums);
    const names = [...Object.keys(linear.parameters), ...Object.keys(sums)];
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(["features", "labels", "order", ...names]);
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(Object.keys(sums).map(nextState));

    const hidden = gradientGraph({ head: hiddenHead, loss, features: task.features });
    expect(Object.keys(hidden.zeros).filter((name) => name.startsWith("sum.rate"))).toEqual([]);
    expect(hidden.model.graph.outputs.map(({ name }) => name)).toEqual(
      [...Object.keys(hidden.zeros), ...Object.keys(hiddenHead.buffers)].map(nextState),
    );
  });
});

describe("updateGraph", () => {
  it("asks for nothing that it does not read: AdamW has steps of one size, whatever the gradients' factors", () => {
    const parts = { head: linear, loss, features: task.features };
    const inputsOf = (of: Optimizer) => {
      const { zeros: sums } = gradientGraph(parts);
      const { graph } = updateGraph({
        ...parts,
        optimizer: of,
        clipNorm: undefined,
        sums,
        groups: 1,
        groupOf: () => 0,
      });
      return graph.inputs.map(({ name }) => name);
    };
    const factors = ["sum.photos", "sum.rate.classifier.bias"];
    expect(inputsOf(sgd())).toEqual(expect.arrayContaining(factors));
    expect(inputsOf(adamW()).filter((name) => factors.includes(name))).toEqual([]);
    expect(inputsOf(adamW())).toEqual(expect.arrayContaining(["sum.total", "sum.weight", "lr", "momentum", "is_now"]));
  });

  it("moves every parameter by its mean gradient, at the rate of its group and by its own factor, and tells the loss", async () => {
    const parts = { head: linear, loss, optimizer, features: task.features };
    const groupOf = (parameter: string) => (parameter === "classifier.bias" ? 2 : 0);
    const { graph } = updateGraph({ ...parts, sums: gradientGraph(parts).zeros, groups: 3, groupOf });
    const session = await sessionOf(graph);
    const results = await session.run({
      ...initialState(linear, optimizer),
      lr: float32([3], [0.1, 1e3, 0.01]),
      momentum: float32([], [0.5]),
      losses: float32([3], [7, 8, 9]),
      is_now: { dtype: "bool", shape: [3], data: Uint8Array.of(0, 1, 0) },
      "sum.total": float32([], [5]),
      "sum.weight": float32([], [2]),
      "sum.photos": float32([], [4]),
      "sum.gradient.classifier.weight": float32([3, 4], Array(12).fill(6)),
      "sum.gradient.classifier.bias": float32([3], [2, 4, 8]),
      "sum.rate.classifier.bias": float32([], [20]),
      "momentum_buffer.classifier.bias": float32([3], [0, 0, 2]),
    });
    await session.release();
    const states = [...Object.keys(initialState(linear, optimizer)), lossesSoFar];
    expect(Object.keys(results).sort()).toEqual(states.map(nextState).sort());
    const numbers = (name: string) => results[nextState(name)]!.data as Float32Array;
    expect(relativeDifference(numbers("classifier.weight"), Array(12).fill(-0.1 * 3))).toBeLessThan(1e-6);
    // Mean gradients 1, 2 and 4, the last one with half of 2 from before; a factor of 20/4.
    expect(relativeDifference(numbers("classifier.bias"), [-0.05, -0.1, -0.25])).toBeLessThan(1e-6);
    expect([...numbers("momentum_buffer.classifier.bias")]).toEqual([1, 2, 5]);
    // The mean in this step's place, what was there before in the others.
    expect([...numbers(lossesSoFar)]).toEqual([7, 2.5, 9]);
  });
});
