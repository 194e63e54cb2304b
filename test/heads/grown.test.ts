import { describe, expect, it } from "vitest";
import { grownWeights } from "../../src/heads/grown.js";
import { linearHead } from "../../src/heads/linear.js";
import { mlpHead } from "../../src/heads/mlp.js";
import { float32, type Tensor } from "../../src/tensor.js";

const learnt = {
  "classifier.weight": float32([3, 2], [1, 2, 3, 4, 5, 8]),
  "classifier.bias": float32([3], [10, 20, 40]),
};
const numbers = (weights: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, Array.from(data as Float32Array)]));

describe("grownWeights", () => {
  it("keeps the rows of classes that stay, wherever they stand now, and begins new ones at zero", () => {
    const head = linearHead({ features: 2, classes: 4 });
    expect(numbers(grownWeights(head, learnt, [[2], [], [0], [1]]))).toEqual({
      "classifier.weight": [5, 8, 0, 0, 1, 2, 3, 4],
      "classifier.bias": [40, 0, 10, 20],
    });
  });

  it("gives a class that two have become their mean, and ln 2 more of a bias", () => {
    const head = linearHead({ features: 2, classes: 2 });
    expect(numbers(grownWeights(head, learnt, [[0], [1, 2]]))).toEqual({
      "classifier.weight": [1, 2, 4, 6],
      "classifier.bias": [10, Math.fround(30 + Math.LN2)],
    });
  });

  it("leaves all that is not of a class as it was, and draws rows of new classes as a new head's", () => {
    const options = { features: 2, hidden: [3], dropout: 0, seed: 1 };
    const before = mlpHead({ ...options, classes: 2 });
    const all = { ...before.parameters, ...before.buffers };
    const moved = Object.fromEntries(
      Object.entries(all).map(([name, { shape, data }]) => [
        name,
        float32(
          shape,
          data.map((x) => x + 1),
        ),
      ]),
    );
    const head = mlpHead({ ...options, classes: 3 });
    const grown = grownWeights(head, moved, [[1], [], [0]]);
    const last = moved["classifier.linear2.weight"]!.data;
    const start = head.parameters["classifier.linear2.weight"]!.data;
    expect(Array.from(grown["classifier.linear2.weight"]!.data as Float32Array)).toEqual([
      ...last.subarray(3, 6),
      ...start.subarray(3, 6),
      ...last.subarray(0, 3),
    ]);
    for (const name of Object.keys(moved).filter((name) => name !== "classifier.linear2.weight"))
      expect(grown[name]).toBe(moved[name]);
  });
});
