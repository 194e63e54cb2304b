import { describe, expect, it } from "vitest";
import { memorySource } from "../../../../src/learner/engine/features/feature-source.js";
import { viewSource, viewsDrawn } from "../../../../src/learner/engine/features/view-source.js";
import { float32, int32 } from "../../../../src/tensor.js";

/** Four photos in three views: the rows 0, 1, 2 are of the first. */
const rows = Array.from({ length: 12 }, (_, row) => row);
const all = memorySource({
  features: float32([12, 1], rows),
  labels: int32(
    [12],
    rows.map((row) => Math.floor(row / 3)),
  ),
  names: rows.map((row) => `photo ${Math.floor(row / 3)}`),
});
const source = viewSource(all, 3, 7);
const batches = [Int32Array.of(2, 0), Int32Array.of(3), Int32Array.of(1)];

async function rowsIn(epoch?: number) {
  const part = epoch === undefined ? source : source.during!(["epoch", epoch]);
  const found: number[][] = [];
  for await (const { batches: own, features, labels } of part.chunks(batches)) {
    for (const batch of own) {
      found.push([...batch].map((row) => features.data[row]!));
      expect([...batch].map((row) => labels.data[row])).toEqual([...batches[found.length - 1]!]);
    }
  }
  return found;
}

describe("viewSource", () => {
  it("has as many rows as there are photos, of which a slice shows the first view", async () => {
    expect(source.count).toBe(4);
    expect(source.names).toEqual(["photo 0", "photo 1", "photo 2", "photo 3"]);
    expect([...source.labels.data]).toEqual([0, 1, 2, 3]);
    const { features, labels } = await source.slice(1, 3);
    expect([[...features.data], [...labels.data]]).toEqual([
      [3, 6],
      [1, 2],
    ]);
    expect((await source.slice(2, 2)).features.shape).toEqual([0, 1]);
    expect(await rowsIn()).toEqual([[6, 0], [9], [3]]);
  });

  it("takes each photo once an epoch, in one of its views, the same in every replay", async () => {
    for (const epoch of [0, 1, 2]) {
      const drawn = viewsDrawn(4, 3, 7, ["epoch", epoch]);
      const row = (photo: number) => 3 * photo + drawn[photo]!;
      expect(await rowsIn(epoch)).toEqual(batches.map((batch) => [...batch].map(row)));
    }
    expect(await rowsIn(1)).toEqual(await rowsIn(1));
    expect(
      new Set(await Promise.all([0, 1, 2, 3].map(async (epoch) => String(await rowsIn(epoch))))).size,
    ).toBeGreaterThan(1);
  });
});

it("viewsDrawn takes all views alike", () => {
  const counts = [0, 0, 0];
  for (const view of viewsDrawn(3000, 3, 1, ["epoch", 0])) counts[view]!++;
  for (const count of counts) expect(count / 3000).toBeCloseTo(1 / 3, 1);
});
