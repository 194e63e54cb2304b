import { expect, it } from "vitest";
import { createOptimizer } from "../../src/optimizers/create-optimizer.js";

it("knows optimizers by name, and hands them their options", () => {
  const sgd = createOptimizer({ name: "sgd", momentum: 0.5 });
  expect([sgd.momentum, Object.keys(sgd.slots)]).toEqual([0.5, ["momentum_buffer"]]);
  const adamW = createOptimizer({ name: "adamw", beta1: 0.8 });
  expect([adamW.momentum, Object.keys(adamW.slots)]).toEqual([0.8, ["exp_avg", "exp_avg_sq", "step"]]);
});
