import { describe, expect, it } from "vitest";
import { drawMix } from "../../../../src/datasets/augment/mixing.js";
import { memorySource } from "../../../../src/learner/engine/features/feature-source.js";
import { mixedSource, softSource } from "../../../../src/learner/engine/features/mixed-source.js";
import { stream } from "../../../../src/random.js";
import { float32, int32 } from "../../../../src/tensor.js";

const size = { height: 2, width: 2 };
const plain = memorySource({
  features: float32(
    [4, 12],
    Array.from({ length: 48 }, (_, i) => i),
  ),
  labels: int32([4], [0, 1, 2, 1]),
  names: ["a", "b", "c", "d"],
});
const batches = [Int32Array.of(3, 0, 1), Int32Array.of(2)];
const mixedBy = (spec: { mixup: number; cutmix: number }) => mixedSource(plain, { spec, seed: 5, classes: 3, size });

async function mixed(source = mixedBy({ mixup: 1, cutmix: 0 }), some = batches, epoch = 0) {
  const chunks = [];
  for await (const { features, labels, batches, first } of source.during!(["epoch", epoch]).chunks(some))
    chunks.push({
      features: [...features.data],
      labels: [...labels.data],
      shape: labels.shape,
      batches: batches.map((rows) => [...rows]),
      first,
    });
  return chunks;
}

describe("mixedSource", () => {
  it("mixes rows and labels of each batch in one share", async () => {
    const chunks = await mixed();
    expect(chunks.map(({ first, batches, shape }) => ({ first, batches, shape }))).toEqual([
      { first: 0, batches: [[0, 1, 2]], shape: [3, 3] },
      { first: 1, batches: [[0]], shape: [1, 3] },
    ]);
    const { own, partners } = drawMix({ mixup: 1, cutmix: 0 }, 3, size, stream(5, "mix", "epoch", 0, "d"))!;
    const rows = [3, 0, 1];
    const oneHot = [
      [0, 1, 0],
      [1, 0, 0],
      [0, 1, 0],
    ];
    for (let row = 0; row < 3; row++) {
      const partner = partners[row]!;
      for (let i = 0; i < 12; i++)
        expect(chunks[0]!.features[12 * row + i]).toBeCloseTo(
          own * (12 * rows[row]! + i) + (1 - own) * (12 * rows[partner]! + i),
          4,
        );
      for (let c = 0; c < 3; c++)
        expect(chunks[0]!.labels[3 * row + c]).toBeCloseTo(
          own * oneHot[row]![c]! + (1 - own) * oneHot[partner]![c]!,
          6,
        );
    }
    // Alone in its batch, a photo is mixed with itself.
    expect(chunks[1]!.labels).toEqual([0, 0, 1]);
  });

  it("weighs labels by what is left of the photo, in CutMix", async () => {
    const source = mixedBy({ mixup: 0, cutmix: 1 });
    for (const epoch of [0, 1, 2, 3, 4, 5]) {
      const [{ features, labels }] = (await mixed(source, batches, epoch)) as [
        Awaited<ReturnType<typeof mixed>>[number],
      ];
      const { own, partners } = drawMix({ mixup: 0, cutmix: 1 }, 3, size, stream(5, "mix", "epoch", epoch, "d"))!;
      const photo = [3, 0, 1];
      for (let row = 0; row < 3; row++) {
        const isOwn = features.slice(12 * row, 12 * row + 12).filter((x) => Math.floor(x / 12) === photo[row]!).length;
        if (partners[row] !== row) expect(isOwn / 12).toBeCloseTo(own, 9);
        expect(labels.slice(3 * row, 3 * row + 3).reduce((sum, x) => sum + x)).toBeCloseTo(1, 6);
      }
    }
  });

  it("mixes a batch alike wherever the epoch is taken up again, and anew in the next epoch", async () => {
    const whole = await mixed();
    const [again] = await mixed(undefined, batches.slice(1));
    expect(again).toEqual({ ...whole[1], first: 0 });
    expect((await mixed())[0]).toEqual(whole[0]);
    expect((await mixed(undefined, batches, 1))[0]!.features).not.toEqual(whole[0]!.features);
  });

  it("leaves slices as they are, with probabilities, and class numbers to who counts by them", async () => {
    const source = mixedBy({ mixup: 1, cutmix: 0 });
    expect(source.labels).toBe(plain.labels);
    const { features, labels } = await source.slice(2, 4);
    expect(features.data).toEqual((await plain.slice(2, 4)).features.data);
    expect([...labels.data]).toEqual([0, 0, 1, 0, 1, 0]);
  });
});

it("softSource says classes as probabilities, and leaves numbers alone", async () => {
  for await (const { labels } of softSource(plain, 3).chunks(batches)) expect(labels.shape).toEqual([4, 3]);
  const numbers = float32([4, 1], [0.5, 1, 2, 3]);
  const { labels } = await softSource(
    { ...plain, slice: async (...rows) => ({ ...(await plain.slice(...rows)), labels: numbers }) },
    3,
  ).slice(0, 4);
  expect(labels).toBe(numbers);
});
