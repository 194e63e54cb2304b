import { describe, expect, it } from "vitest";
import type { Head } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import { createOps } from "../../src/onnx/builder.js";
import { createOptimizer } from "../../src/optimizers/create-optimizer.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { float32 } from "../../src/tensor.js";
import { initialSlots, initialState, lossOf, nextState, update } from "../../src/training-graph/step.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

const linear = linearHead({ features: 5, classes: 3 });
const op = createOps();
const scalar = (value: number) => op.constant("scalar", float32([], [value]));
const vector = (...values: number[]) => op.constant("vector", float32([values.length], values));

describe("initialState", () => {
  const buffers = { running_mean: float32([5]) };

  it("is the parameters, the buffers, then each parameter's slots at zero", () => {
    const state = initialState({ ...linear, buffers }, sgd());
    expect(Object.keys(state)).toEqual([
      "classifier.weight",
      "classifier.bias",
      "running_mean",
      "momentum_buffer.classifier.weight",
      "momentum_buffer.classifier.bias",
    ]);
    expect(state["classifier.weight"]).toBe(linear.parameters["classifier.weight"]);
    expect(state.running_mean).toBe(buffers.running_mean);
    expect(state["momentum_buffer.classifier.weight"]).toEqual(float32([3, 5]));
  });

  it("has slots that are single numbers, and none where the optimizer has none", () => {
    const slots = initialSlots({ ...linear, buffers }, createOptimizer({ name: "adamw" }));
    expect(slots).toEqual({
      "exp_avg.classifier.weight": float32([3, 5]),
      "exp_avg_sq.classifier.weight": float32([3, 5]),
      "step.classifier.weight": float32([], [0]),
      "exp_avg.classifier.bias": float32([3]),
      "exp_avg_sq.classifier.bias": float32([3]),
      "step.classifier.bias": float32([], [0]),
    });
    expect(initialSlots(linear, { ...sgd(), slots: {} })).toEqual({});
  });

  it("has successors", () => {
    expect(nextState("classifier.bias")).toBe("next.classifier.bias");
  });
});

describe("lossOf", () => {
  it("is the loss of what the head gives in training, with all that it gives beside", async () => {
    const values = { buffer: vector(1), rate: vector(2) };
    const head: Head = {
      ...linear,
      forward: () => expect.unreachable("training has a forward of its own"),
      forwardTraining: (op, x, { factor }, { kept }) => ({
        logits: op.Mul(op.Mul(x, factor!), op.Cast(kept!, { to: "float32" })),
        buffers: { mean: values.buffer },
        rates: { factor: values.rate },
      }),
    };
    const kept = input("kept", [2], "uint8");
    const labels = input("labels", [2], "int32");
    const { total, weight, buffers, rates } = lossOf(
      op,
      {
        head,
        loss: {
          targets: { dtype: "int32" },
          of: (op, logits, given) => ({
            total: op.ReduceSum(logits, undefined, { keepdims: 0 }),
            weight: op.Cast(given, { to: "float32" }),
          }),
        },
      },
      { features: vector(3, 5), labels, masks: { kept } },
      { factor: vector(10, 100) },
    );
    expect(buffers).toEqual({ mean: values.buffer });
    expect(rates).toEqual({ factor: values.rate });
    const found = await compute([total, weight], [kept, labels], {
      kept: { dtype: "uint8", shape: [2], data: Uint8Array.of(0, 1) },
      labels: { dtype: "int32", shape: [2], data: Int32Array.of(4, 7) },
    });
    expect(found.map(numbersOf)).toEqual([[500], [4, 7]]);
  });
});

describe("update", () => {
  const head = { ...linear, parameters: { a: float32([2], [1, 2]), b: float32([1], [3]) } };
  const state = { a: vector(1, 2), b: vector(3), "velocity.a": vector(10, 20), "velocity.b": vector(30) };
  const gradients = { a: vector(2, 1), b: vector(2) };
  /** Plain descent that keeps what it has seen: velocity' = momentum·velocity + gradient. */
  const optimizer: Optimizer = {
    slots: { velocity: "like" },
    momentum: 0,
    step: ({ op, parameter, gradient, lr, momentum, rate, slots }) => ({
      parameter: op.Sub(parameter, op.Mul(gradient, rate ? op.Mul(lr, rate) : lr)),
      slots: { velocity: op.Add(op.Mul(slots.velocity!, momentum), gradient) },
    }),
  };
  const given = {
    ...{ state, gradients, rates: { b: scalar(7) }, momentum: scalar(0.5) },
    lrOf: (name: string) => scalar(name === "a" ? 0.5 : 0.25),
  };

  it("gives every parameter its own gradient, slots, rate and factor", async () => {
    const next = update(op, { head, optimizer }, given);
    expect(Object.keys(next).sort()).toEqual(["a", "b", "velocity.a", "velocity.b"]);
    const found = await compute([next.a!, next.b!, next["velocity.a"]!, next["velocity.b"]!]);
    expect(found.map(numbersOf)).toEqual([[0, 1.5], [3 - 2 * 0.25 * 7], [7, 11], [17]]);
  });

  it("clips by the norm of all gradients together", async () => {
    const next = update(op, { head, optimizer, clipNorm: 1.5 }, given);
    const found = await compute([next.a!, next.b!, next["velocity.a"]!]);
    // (2, 1) and (2) are 3 long: half is left.
    expect(found.map((tensor) => numbersOf(tensor).map((x) => Math.round(x * 1e5) / 1e5))).toEqual([
      [0.5, 1.75],
      [3 - 0.25 * 7],
      [6, 10.5],
    ]);
  });
});
