import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { type SgdOptions, sgd } from "../../src/optimizers/sgd.js";
import { float32 } from "../../src/tensor.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

// Ten steps against PyTorch are in ../training-graph/assemble.test.ts; here is one step by hand.

async function step(options: SgdOptions, momentum: number) {
  const op = createOps();
  const [w, g, v, lr, m] = [input("w", [2]), input("g", [2]), input("v", [2]), input("lr", []), input("m", [])];
  const { parameter, slots } = sgd(options).step({ op, parameter: w, gradient: g, lr, momentum: m, slots: [v] });
  const feeds = {
    w: float32([2], [2, -4]),
    g: float32([2], [1, 0.5]),
    v: float32([2], [0, 8]),
    lr: float32([], [0.25]),
    m: float32([], [momentum]),
  };
  return (await compute([parameter, ...slots], [w, g, v, lr, m], feeds)).map(numbersOf);
}

describe("sgd", () => {
  it.each([
    ["momentum", {}, 0.5, [1.75, -5.125], [1, 4.5]],
    ["no momentum", { momentum: 0 }, 0, [1.75, -4.125], [1, 0.5]],
    ["weight decay", { weightDecay: 0.5 }, 0.5, [1.5, -4.625], [2, 2.5]],
    ["nesterov", { nesterov: true }, 0.5, [1.625, -4.6875], [1, 4.5]],
  ] as const)("%s", async (_, options, momentum, parameter, velocity) => {
    expect(await step(options, momentum)).toEqual([parameter, velocity]);
  });

  it("keeps one buffer, and says the momentum it runs at", () => {
    expect(sgd().slots).toEqual(["momentum_buffer"]);
    expect(sgd().momentum).toBe(0.9);
    expect(sgd({ momentum: 0.5 }).momentum).toBe(0.5);
  });

  it.each([
    [{ momentum: 1 }, "optimizer.momentum"],
    [{ momentum: -0.1 }, "optimizer.momentum"],
    [{ momentum: "0.9" }, "optimizer.momentum"],
    [{ weightDecay: -1 }, "optimizer.weightDecay"],
    [{ weightDecay: Number.POSITIVE_INFINITY }, "optimizer.weightDecay"],
    [{ nesterov: 1 }, "optimizer.nesterov"],
    [{ nesterov: true, momentum: 0 }, "more than 0 with nesterov"],
  ])("refuses %j", (options, message) => {
    expect(() => sgd(options as SgdOptions)).toThrow(message);
  });
});
