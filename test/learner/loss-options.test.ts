import { describe, expect, it } from "vitest";
import { type CrossEntropyLoss, lossOf } from "../../src/learner/loss-options.js";
import { refused } from "../helpers/refusal.js";

const named = (options: object) => ({ name: "cross-entropy", ...options }) as CrossEntropyLoss;

describe("lossOf", () => {
  it("is plain cross-entropy by default and by name", () => {
    const plain = { name: "cross-entropy", labelSmoothing: 0, classWeights: undefined };
    expect(lossOf()).toEqual(plain);
    expect(lossOf("cross-entropy")).toEqual(plain);
    expect(lossOf({ name: "cross-entropy" })).toEqual(plain);
  });

  it("keeps what is given", () => {
    expect(lossOf(named({ labelSmoothing: 0.1, classWeights: "balanced" }))).toEqual({
      name: "cross-entropy",
      labelSmoothing: 0.1,
      classWeights: "balanced",
    });
    expect(lossOf(named({ classWeights: { cat: 2, dog: 0.5 } }))).toMatchObject({ classWeights: { cat: 2, dog: 0.5 } });
    expect(lossOf(named({ labelSmoothing: 0 }))).toMatchObject({ labelSmoothing: 0 });
  });

  it.each<[string, unknown]>([
    ["loss", "focal"],
    ["loss", { name: "mse" }],
    ["loss", { labelSmoothing: 0.1 }],
    ["loss", null],
    ["loss", 1],
    ["loss", ["cross-entropy"]],
    ["loss", named({ smoothing: 0.1 })],
    ["loss.labelSmoothing", named({ labelSmoothing: 1 })],
    ["loss.labelSmoothing", named({ labelSmoothing: -0.1 })],
    ["loss.labelSmoothing", named({ labelSmoothing: "0.1" })],
    ["loss.labelSmoothing", named({ labelSmoothing: Number.NaN })],
    ["loss.labelSmoothing", named({ labelSmoothing: null })],
    ["loss.classWeights", named({ classWeights: "even" })],
    ["loss.classWeights", named({ classWeights: [1, 2] })],
    ["loss.classWeights", named({ classWeights: 2 })],
    ["loss.classWeights", named({ classWeights: null })],
  ])("refuses a wrong %s: %j", (name, loss) => {
    expect(refused(() => lossOf(loss as CrossEntropyLoss)).name).toBe(name);
  });
});

describe("lossOf other tasks", () => {
  it("is binary cross-entropy of labels, with weights", () => {
    expect(lossOf(undefined, "multi-label")).toEqual({ name: "bce", posWeights: undefined });
    expect(lossOf({ name: "bce", posWeights: "balanced" }, "multi-label")).toEqual({
      name: "bce",
      posWeights: "balanced",
    });
  });

  it("is squared or absolute error of values, or Huber's", () => {
    expect(lossOf("huber", "regression")).toEqual({ name: "huber", delta: 1 });
    expect(lossOf({ name: "huber", delta: 0.25 }, "regression")).toEqual({ name: "huber", delta: 0.25 });
    expect(lossOf(undefined, "regression")).toEqual({ name: "mse" });
    expect(lossOf("mae", "regression")).toEqual({ name: "mae" });
  });

  it.each([
    ["single-label", "bce", '"cross-entropy" for single-label data'],
    ["multi-label", "cross-entropy", '"bce" for multi-label data'],
    ["regression", "bce", '"mse" or "mae" or "huber" for regression data'],
  ] as const)("refuses one of another task: %s, %s", (task, loss, expected) => {
    expect(refused(() => lossOf(loss, task))).toEqual({ name: "loss", expected, received: JSON.stringify(loss) });
  });

  it("refuses a delta of another loss, and one that is none", () => {
    expect(refused(() => lossOf({ name: "mse", delta: 1 }, "regression")).name).toBe("loss");
    for (const delta of [0, -1, "1", null, Number.NaN, Number.POSITIVE_INFINITY])
      expect(refused(() => lossOf({ name: "huber", delta } as never, "regression")).name).toBe("loss.delta");
  });

  it("refuses weights of another task", () => {
    expect(refused(() => lossOf({ name: "bce", classWeights: "balanced" } as never, "multi-label")).name).toBe("loss");
    expect(refused(() => lossOf({ name: "mse", posWeights: "balanced" } as never, "regression")).name).toBe("loss");
    expect(refused(() => lossOf({ name: "bce", posWeights: 3 } as never, "multi-label")).name).toBe("loss.posWeights");
  });
});
