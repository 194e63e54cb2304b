import { describe, expect, it } from "vitest";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";

const rowsOf = (batches: readonly Int32Array[]): number[] => batches.flatMap((batch) => [...batch]);

describe("epochBatches", () => {
  it.each([
    [10, 4, [4, 4, 2]],
    [8, 4, [4, 4]],
    [3, 64, [3]],
    [1, 1, [1]],
    [0, 4, []],
  ])("cuts %d rows into batches of %d", (rows, size, sizes) => {
    const batches = epochBatches(rows, size, 42, "order", 0);
    expect(batches.map((batch) => batch.length)).toEqual(sizes);
    expect(rowsOf(batches).toSorted((a, b) => a - b)).toEqual([...Array(rows).keys()]);
  });

  it("is a function of seed and path: the same again, another for each epoch, seed and purpose", () => {
    const order = (seed: number, ...path: (string | number)[]) => String(rowsOf(epochBatches(50, 8, seed, ...path)));
    expect(order(1, "order", 2)).toBe(order(1, "order", 2));
    const others = [order(1, "order", 2), order(1, "order", 3), order(2, "order", 2), order(1, "lr-find", 0, 2)];
    expect(new Set(others).size).toBe(4);
  });

  it("has the same order for every size of batch", () => {
    expect(rowsOf(epochBatches(50, 8, 1, "order", 0))).toEqual(rowsOf(epochBatches(50, 7, 1, "order", 0)));
  });
});
