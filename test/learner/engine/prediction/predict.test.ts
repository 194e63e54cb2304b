import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ImageSource } from "../../../../src/datasets/image-source.js";
import { createNodeDecoder } from "../../../../src/datasets/node.js";
import { defaultTransform, type ImageTransform } from "../../../../src/datasets/transform.js";
import type { Progress } from "../../../../src/learner/border/events.js";
import {
  type Prediction,
  pixelsOf,
  predictInBatches,
  predictions,
  predictWith,
} from "../../../../src/learner/engine/prediction/predict.js";
import { fashionMini, photosIn } from "../../../helpers/photos.js";
import { refusal } from "../../../helpers/refusal.js";

const photos = photosIn(join(fashionMini, "valid/bag"));
const silent = { signal: new AbortController().signal, emit: () => {} };

describe("predictions", () => {
  it("names the most probable class and lists all, the most probable first", () => {
    const [first, second] = predictions(Float32Array.of(0, 2, 1, 3, -1, 0), ["cat", "dog", "eel"]);
    const sum = 1 + Math.E + Math.E ** 2;
    expect(first).toMatchObject({ label: "dog", index: 1, logits: Float32Array.of(0, 2, 1) });
    expect(first!.probability).toBeCloseTo(Math.E ** 2 / sum, 7);
    expect(first!.scores.map(({ label }) => label)).toEqual(["dog", "eel", "cat"]);
    for (const [i, power] of [2, 1, 0].entries())
      expect(first!.scores[i]!.probability).toBeCloseTo(Math.E ** power / sum, 7);
    expect(second).toMatchObject({ label: "cat", index: 0 });
    expect(second!.scores.map(({ label }) => label)).toEqual(["cat", "eel", "dog"]);
  });

  it("survives logits whose exponentials overflow or vanish", () => {
    const [high, low] = predictions(Float32Array.of(1000, 999, -1000, -1001), ["cat", "dog"]);
    for (const { label, probability } of [high!, low!]) {
      expect(label).toBe("cat");
      expect(probability).toBeCloseTo(1 / (1 + Math.exp(-1)), 7);
    }
  });

  it("keeps the classes' order among equals, and agrees with the list where probabilities round to equal", () => {
    const [equal, nearly] = predictions(Float32Array.of(5, 5, 5, 0, 1e-9, 0), ["cat", "dog", "eel"]);
    expect(equal!.scores.map(({ label }) => label)).toEqual(["cat", "dog", "eel"]);
    expect(equal!.probability).toBeCloseTo(1 / 3, 7);
    expect(nearly!.label).toBe("dog");
    expect(nearly!.scores.map(({ label }) => label)).toEqual(["dog", "cat", "eel"]);
  });

  it("owns its logits", () => {
    const logits = Float32Array.of(1, 2);
    const [prediction] = predictions(logits, ["cat", "dog"]);
    logits.fill(0);
    expect([...prediction!.logits]).toEqual([1, 2]);
  });
});

describe("predictInBatches", () => {
  const images = Array.from({ length: 19 }, (_, i) => `${i}`);
  /** Logits that tell the image's number. */
  const logitsOf = async (batch: readonly ImageSource[]) => Float32Array.from(batch.flatMap((image) => [+image, 0]));

  it("takes eight images at a time, keeps their order and tells how far it is", async () => {
    const sizes: number[] = [];
    const events: unknown[] = [];
    const context = { ...silent, emit: (event: unknown) => void events.push(event) };
    const results = await predictInBatches(images, context, ["cat", "dog"], (batch) => {
      sizes.push(batch.length);
      return logitsOf(batch);
    });
    expect(sizes).toEqual([8, 8, 3]);
    expect(results.map(({ logits }) => logits[0])).toEqual(images.map(Number));
    expect(events).toEqual([8, 16, 19].map((done) => ({ phase: "predict", done, total: 19 })));
  });

  it("stops between batches when cancelled", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const context = { signal: controller.signal, emit: () => controller.abort(reason) };
    let batches = 0;
    const result = predictInBatches(images, context, ["cat", "dog"], (batch) => {
      batches++;
      return logitsOf(batch);
    });
    await expect(result).rejects.toBe(reason);
    expect(batches).toBe(1);
  });

  it("predicts nothing for no images", async () => {
    expect(await predictInBatches([], silent, ["cat", "dog"], logitsOf)).toEqual([]);
  });
});

describe("pixelsOf", () => {
  const decoder = createNodeDecoder();
  const transform: ImageTransform = {
    ...defaultTransform,
    resize: { height: 4, width: 4 },
    crop: { height: 2, width: 3 },
  };

  it("decodes paths and bytes alike, one image after the other", async () => {
    const [a, b] = photos as [string, string];
    const { shape, data } = await pixelsOf([a, readFileSync(b)], decoder, transform);
    expect(shape).toEqual([2, 3, 2, 3]);
    const [first, second] = [await pixelsOf([a], decoder, transform), await pixelsOf([b], decoder, transform)];
    expect([...data]).toEqual([...first.data, ...second.data]);
    expect(data.slice(0, 18)).not.toEqual(data.slice(18));
  });

  it("refuses what is no image", async () => {
    await refusal(() => pixelsOf([photos[0]!, Buffer.from("no image")], decoder, transform), "unreadable-image");
  });
});

describe("predictWith", () => {
  const named = (label: string): Prediction => ({
    label,
    index: 0,
    probability: 1,
    scores: [],
    logits: new Float32Array(),
  });
  const asked: (readonly ImageSource[])[] = [];
  const predict = async (images: readonly ImageSource[]): Promise<Prediction[]> => {
    asked.push(images);
    return images.map((_, i) => named(`${i}`));
  };

  it("gives one prediction for one image and a list for a list, even of one or none", async () => {
    expect(await predictWith("a.png", {}, predict)).toEqual(named("0"));
    expect(await predictWith(Uint8Array.of(1), {}, predict)).toEqual(named("0"));
    expect(await predictWith(["a.png"], {}, predict)).toEqual([named("0")]);
    expect(await predictWith(["a.png", Uint8Array.of(1)], {}, predict)).toEqual([named("0"), named("1")]);
    expect(await predictWith([], {}, predict)).toEqual([]);
  });

  it("sends large images a few at a time, and tells of the progress over all", async () => {
    const images = Array.from({ length: 5 }, () => new Uint8Array(4 * 2 ** 20));
    const sizes: number[] = [];
    const told: number[][] = [];
    const onProgress = ({ done, total }: Progress) => told.push([done, total]);
    const slices: typeof predict = async (some) => {
      sizes.push(some.length);
      return predict(some);
    };
    const results = await predictWith(images, { onProgress }, async (some, options) => {
      options.onProgress?.({ phase: "predict", done: some.length, total: some.length });
      return slices(some);
    });
    expect(results).toHaveLength(5);
    expect(sizes).toEqual([2, 2, 1]);
    expect(told).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
  });

  it("sends of a view only the view", async () => {
    await predictWith(new Uint8Array(1000).subarray(5, 7), {}, predict);
    expect((asked.at(-1)![0] as Uint8Array).buffer.byteLength).toBe(2);
  });

  it.each([undefined, null, 5, {}, [5], ["a.png", null], new ArrayBuffer(3), new Float32Array(3)])(
    "refuses %s",
    async (input) => {
      await refusal(() => predictWith(input as never, {}, predict), "invalid-argument", "predict's image");
    },
  );
});
