import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Photo, PhotoSet } from "../../../../src/datasets/photo-set.js";
import { toPixelValues } from "../../../../src/datasets/transform.js";
import { evaluatePhotos, type PhotoEvaluation } from "../../../../src/learner/engine/classifier/photo-evaluation.js";
import { crossEntropyLoss } from "../../../../src/learner/engine/training/metrics.js";
import type { Session } from "../../../../src/runtime/session.js";
import { float32 } from "../../../../src/tensor.js";
import { refusal } from "../../../helpers/refusal.js";
import { sessionOf } from "../../../helpers/run-graph.js";
import { tinyModel } from "../../../helpers/tiny-network.js";
import { colourDecoder, colours } from "../../../helpers/tiny-platform.js";

const transform = {
  resize: { height: 4, width: 4 },
  resample: "bilinear",
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
  maxPixels: 1e6,
} as const;

let session: Session;
beforeAll(async () => {
  session = await sessionOf(tinyModel({ classes: 3 }).graph);
});
afterAll(() => session.release());

const setOf = (names: readonly string[]): PhotoSet => ({
  task: "single-label",
  classes: colours,
  photos: names.map((name): Photo => {
    const label = colours.findIndex((colour) => name.includes(colour));
    return { image: name, name, label, split: "valid" };
  }),
  skipped: [],
});

const twenty = Array.from({ length: 20 }, (_, i) => `photos/${colours[i % 3]}/${i}`);

function evaluate(photos: PhotoSet, { maxSkipped = 0.1, signal = new AbortController().signal } = {}) {
  const events: unknown[] = [];
  const network = { session, featureCount: 3 };
  const result = evaluatePhotos(
    { network, photos, decoder: colourDecoder, transform, metrics: ["errorRate", "top2"], maxSkipped },
    { signal, emit: (event) => events.push(event) },
  );
  return { result: result as Promise<PhotoEvaluation>, events };
}

/** The network's logits for one photo after the other. */
async function logitsOf(names: readonly string[]): Promise<Float32Array> {
  const rows: number[] = [];
  for (const name of names) {
    const pixels = float32([1, 3, 4, 4]);
    toPixelValues(await colourDecoder.decode(name, transform), { height: 4, width: 4 }, transform, pixels.data, 0);
    const outputs = await session.run({ image: pixels });
    rows.push(...(Object.values(outputs)[0]!.data as Float32Array));
  }
  return Float32Array.from(rows);
}

describe("evaluatePhotos", () => {
  it("scores the network's own logits, photo by photo", async () => {
    const { result, events } = evaluate(setOf(twenty));
    const { loss, accuracy, metrics, confusion, perClass, photos, skipped } = await result;
    const logits = await logitsOf(twenty);
    const labels = Int32Array.from(twenty, (_, i) => colours.indexOf(colours[i % 3]!));
    expect(loss).toBeCloseTo(crossEntropyLoss({ logits, labels, classes: 3 }), 5);
    const calls = Array.from(labels, (_, i) => {
      const row = logits.subarray(3 * i, 3 * i + 3);
      return row.indexOf(Math.max(...row));
    });
    expect(accuracy).toBe(calls.filter((call, i) => call === labels[i]).length / 20);
    expect(metrics.errorRate).toBeCloseTo(1 - accuracy, 12);
    expect(metrics.top2).toBeGreaterThanOrEqual(accuracy);
    expect(confusion.map((row) => row.reduce((sum, n) => sum + n))).toEqual([7, 7, 6]);
    expect(perClass.map(({ label, count }) => [label, count])).toEqual([
      ["blue", 7],
      ["green", 7],
      ["red", 6],
    ]);
    expect({ photos, skipped }).toEqual({ photos: 20, skipped: [] });
    expect(events).toEqual([8, 16, 20].map((done) => ({ phase: "evaluate", done, total: 20 })));
  });

  it("names what it cannot read, and evaluates on the rest", async () => {
    const without = await evaluate(setOf(twenty)).result;
    const { photos, skipped, ...rest } = await evaluate(setOf(["broken/red", ...twenty])).result;
    expect(photos).toBe(20);
    expect(skipped).toEqual([{ image: "broken/red", reason: "it is broken" }]);
    expect({ ...rest, loss: 0 }).toEqual({
      loss: 0,
      accuracy: without.accuracy,
      metrics: without.metrics,
      confusion: without.confusion,
      perClass: without.perClass,
    });
    expect(rest.loss).toBeCloseTo(without.loss, 6);
  });

  it("refuses too many that it cannot read, and none that it can", async () => {
    const half = setOf([...twenty, ...twenty.map((name) => `broken/${name}`)]);
    await refusal(() => evaluate(half).result, "too-many-unreadable", "more than maxSkipped = 0.1 allows");
    expect((await evaluate(half, { maxSkipped: 0.5 }).result).photos).toBe(20);
    const none = setOf(["broken/red"]);
    await refusal(() => evaluate(none, { maxSkipped: 1 }).result, "invalid-dataset", "no photo can be read");
  });

  it("refuses more logits than memory should hold, before it allocates them", async () => {
    const classes = Array.from({ length: 30_000 }, (_, i) => `${i}`);
    const photos = Array<Photo>(30_000).fill({ image: "a", name: "a", label: 0, split: "valid" });
    const { details } = await refusal(
      () => evaluate({ task: "single-label", classes, photos, skipped: [] }).result,
      "memory-limit",
      "fewer photos",
    );
    expect(details).toEqual({ needed: 3.6e9, limit: 2 ** 31 });
  });

  it("stops when it is told to", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(evaluate(setOf(twenty), { signal }).result).rejects.toThrow("enough");
  });
});
