import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { type SgdOptions, sgd, sgdSettings } from "../../src/optimizers/sgd.js";
import { float32 } from "../../src/tensor.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

// Ten steps against PyTorch are in ../training-graph/assemble.test.ts; here is one step by hand.

const [w, g, v] = [input("w", [2]), input("g", [2]), input("v", [2])];
const [lr, m, r] = [input("lr", []), input("m", []), input("r", [])];
const values = {
  w: float32([2], [2, -4]),
  g: float32([2], [1, 0.5]),
  v: float32([2], [0, 8]),
  lr: float32([], [0.25]),
};

async function step(options: SgdOptions, momentum: number) {
  const scope = { op: createOps(), parameter: w, gradient: g, lr, momentum: m, slots: { momentum_buffer: v } };
  const { parameter, slots } = sgd(options).step(scope);
  const feeds = { ...values, m: float32([], [momentum]) };
  return (await compute([parameter, slots.momentum_buffer!], [w, g, v, lr, m], feeds)).map(numbersOf);
}

describe("sgd", () => {
  it.each([
    ["momentum", {}, 0.5, [1.75, -5.125], [1, 4.5]],
    ["no momentum", { momentum: 0 }, 0, [1.75, -4.125], [1, 0.5]],
    ["weight decay", { weightDecay: 0.5 }, 0.5, [1.5, -4.625], [2, 2.5]],
    ["weight decay, not of vectors", { weightDecay: 0.5, decayBiasAndNorm: false }, 0.5, [1.75, -5.125], [1, 4.5]],
    ["nesterov", { nesterov: true }, 0.5, [1.625, -4.6875], [1, 4.5]],
  ] as const)("%s", async (_, options, momentum, parameter, velocity) => {
    expect(await step(options, momentum)).toEqual([parameter, velocity]);
  });

  it("takes a factor on the rate", async () => {
    const scope = {
      op: createOps(),
      parameter: w,
      gradient: g,
      lr,
      momentum: m,
      rate: r,
      slots: { momentum_buffer: v },
    };
    const { parameter, slots } = sgd().step(scope);
    const feeds = { ...values, m: float32([], [0.5]), r: float32([], [2]) };
    const [next, velocity] = await compute([parameter, slots.momentum_buffer!], [w, g, v, lr, m, r], feeds);
    expect(numbersOf(next!)).toEqual([1.5, -6.25]);
    expect(numbersOf(velocity!)).toEqual([1, 4.5]);
  });

  it("keeps one buffer, and says the momentum it runs at", () => {
    expect(sgd().slots).toEqual({ momentum_buffer: "like" });
    expect(sgd().momentum).toBe(0.9);
    expect(sgd({ momentum: 0.5 }).momentum).toBe(0.5);
  });
});

describe("sgdSettings", () => {
  it("fills in every default", () => {
    expect(sgdSettings()).toEqual({ momentum: 0.9, nesterov: false, weightDecay: 0, decayBiasAndNorm: true });
    const given = { momentum: 0.5, nesterov: true, weightDecay: 0.1, decayBiasAndNorm: false };
    expect(sgdSettings(given)).toEqual(given);
  });

  it.each([
    [{ momentum: 1 }, "optimizer.momentum"],
    [{ momentum: -0.1 }, "optimizer.momentum"],
    [{ momentum: "0.9" }, "optimizer.momentum"],
    [{ weightDecay: -1 }, "optimizer.weightDecay"],
    [{ decayBiasAndNorm: 0 }, "optimizer.decayBiasAndNorm"],
    [{ nesterov: 1 }, "optimizer.nesterov"],
    [{ nesterov: true, momentum: 0 }, "more than 0 with nesterov"],
  ])("refuses %j", (options, message) => {
    expect(() => sgdSettings(options as SgdOptions)).toThrow(message);
    expect(() => sgd(options as SgdOptions)).toThrow(message);
  });
});
