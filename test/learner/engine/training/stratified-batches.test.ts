import { describe, expect, it } from "vitest";
import { stratifiedBatches } from "../../../../src/learner/engine/training/stratified-batches.js";
import { float32, int32 } from "../../../../src/tensor.js";

// 83 of class 0, 17 of class 1, 10 of class 2.
const labels = int32(
  [110],
  Array.from({ length: 110 }, (_, i) => (i < 83 ? 0 : i < 100 ? 1 : 2)),
);
const draw = (epoch = 0, batchSize = 16, seed = 1) => stratifiedBatches(labels, batchSize, seed, "order", epoch);

describe("stratifiedBatches", () => {
  it("has every row once, in as many batches as shuffling makes, of sizes that differ by one at most", () => {
    const batches = draw();
    expect(batches.map(({ length }) => length).sort()).toEqual([15, 15, 16, 16, 16, 16, 16]);
    expect(batches.flatMap((rows) => [...rows]).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 110 }, (_, i) => i),
    );
  });

  it.each([1, 7, 16, 55, 64, 110, 200])(
    "gives every batch of %d its share of each class, to within one photo",
    (size) => {
      for (let epoch = 0; epoch < 5; epoch++) {
        const batches = draw(epoch, size);
        for (const [c, total] of [83, 17, 10].entries()) {
          for (const rows of batches) {
            const count = rows.filter((row) => labels.data[row] === c).length;
            expect(Math.abs(count - total / batches.length)).toBeLessThan(1);
          }
        }
      }
    },
  );

  it("is drawn anew for each epoch and seed, and equal for equal ones", () => {
    expect(draw()).toEqual(draw());
    expect(draw(1)).not.toEqual(draw());
    expect(draw(0, 16, 2)).not.toEqual(draw());
    const partners = (epoch: number) => [...draw(epoch).find((rows) => rows.includes(105))!].sort();
    expect(partners(1)).not.toEqual(partners(0));
  });

  it("spreads the rarest label of each photo", () => {
    // All have label 0, every tenth label 1 besides.
    const tags = float32(
      [60, 2],
      Float32Array.from({ length: 120 }, (_, i) => (i % 2 === 0 || i % 20 === 1 ? 1 : 0)),
    );
    const counts = stratifiedBatches(tags, 10, 1).map((rows) => rows.filter((row) => row % 10 === 0).length);
    expect(counts).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("spreads the first value", () => {
    const values = float32(
      [40, 1],
      Float32Array.from({ length: 40 }, (_, i) => ((i * 7) % 40) / 2),
    );
    for (const rows of stratifiedBatches(values, 10, 1)) {
      const mean = rows.reduce((sum, row) => sum + values.data[row]!, 0) / rows.length;
      expect(Math.abs(mean - 9.75)).toBeLessThanOrEqual(1);
    }
  });

  it("makes no batches of no rows", () => {
    expect(stratifiedBatches(int32([0], []), 16, 1)).toEqual([]);
  });
});
