import { describe, expect, it } from "vitest";
import { mlpHead } from "../../../src/heads/mlp.js";
import { nextEpoch, startOf } from "../../../src/learner/engine/position.js";
import { adamW } from "../../../src/optimizers/adamw.js";
import { float32 } from "../../../src/tensor.js";
import { initialState } from "../../../src/training-graph/step.js";

const head = mlpHead({ features: 4, classes: 2, hidden: [3], dropout: 0, seed: 1 });
const optimizer = adamW();
const all = initialState(head, optimizer);

describe("startOf", () => {
  it("is where the head and the optimizer start", () => {
    expect(startOf(head, optimizer)).toEqual(all);
    expect(Object.keys(all)).toEqual(
      expect.arrayContaining([...Object.keys(head.parameters), ...Object.keys(head.buffers)]),
    );
    expect(Object.keys(all).length).toBeGreaterThan(Object.keys({ ...head.parameters, ...head.buffers }).length);
  });

  it("takes weights and statistics that are known, and leaves out what the head does not have", () => {
    const [parameter, buffer] = [head.parameters, head.buffers].map((some) => Object.keys(some)[0]!);
    const [weight, statistics] = [parameter, buffer].map((name) => {
      const { shape, data } = all[name!]!;
      return float32(shape, new Float32Array(data.length).fill(7));
    });
    const known = { [parameter!]: weight!, [buffer!]: statistics! };
    const start = startOf(head, optimizer, { ...known, "backbone.conv": weight! });
    expect(start).toEqual({ ...all, ...known });
    expect(start).not.toEqual(all);
  });
});

describe("nextEpoch", () => {
  it("is the one under way before its first step, and the one after it from then on", () => {
    expect(nextEpoch({ state: {}, epoch: 3, step: 0 })).toBe(3);
    expect(nextEpoch({ state: {}, epoch: 3, step: 1 })).toBe(4);
  });
});
