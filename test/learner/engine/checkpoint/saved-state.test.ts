import { describe, expect, it } from "vitest";
import { fromTensors, toTensors } from "../../../../src/learner/engine/checkpoint/saved-state.js";
import { float32 } from "../../../../src/tensor.js";

const tensor = (x: number) => float32([1], [x]);

describe("a state as tensors", () => {
  const state = {
    "classifier.weight": tensor(1),
    "momentum_buffer.classifier.weight": tensor(2),
    "backbone.b": tensor(3),
  };
  const learnt = { "backbone.a": tensor(4) };
  const best = { "classifier.weight": tensor(5), "backbone.b": tensor(6) };

  it("has weights by their own names, the rest by a prefix", () => {
    expect(toTensors({ state, learnt, best })).toEqual({
      ...state,
      "learnt.backbone.a": tensor(4),
      "best.classifier.weight": tensor(5),
      "best.backbone.b": tensor(6),
    });
  });

  it("gives back what went in", () => {
    for (const saved of [
      { state, learnt, best },
      { state, learnt: {}, best: undefined },
    ])
      expect(fromTensors(toTensors(saved))).toEqual(saved);
  });

  it("leaves out what layers had learnt that are trained again", () => {
    expect(toTensors({ state, learnt: { ...learnt, "backbone.b": tensor(7) }, best: undefined })).toEqual({
      ...state,
      "learnt.backbone.a": tensor(4),
    });
  });
});
