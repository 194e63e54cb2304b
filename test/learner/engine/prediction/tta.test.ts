import { describe, expect, it } from "vitest";
import type { Photo } from "../../../../src/datasets/photo-set.js";
import { defaultTransform } from "../../../../src/datasets/transform.js";
import {
  averaged,
  picturesOf,
  type TtaOptions,
  ttaLogits,
  ttaOfPhotos,
} from "../../../../src/learner/engine/prediction/tta.js";
import type { Tensor } from "../../../../src/tensor.js";
import { nothing } from "../../../datasets/augment/augment-specs.js";
import { refusal } from "../../../helpers/refusal.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";

const { crop: _, ...uncropped } = defaultTransform;
const transform = { ...uncropped, resize: { height: 4, width: 6 } };
const plane = 24;

/** The means of the channels, for two classes and one more. */
const logitsOf = async ({ shape, data }: Tensor<"float32">) =>
  Float32Array.from({ length: shape[0]! * 3 }, (_, i) => {
    const start = i * plane;
    return data.subarray(start, start + plane).reduce((sum, x) => sum + x, 0) / plane;
  });
const options: TtaOptions = {
  ...{ views: 4, spec: undefined, seed: 1, decoder: colourDecoder, transform, classes: 3, logitsOf },
  task: "single-label",
};
const softmax = (x: readonly number[]) => {
  const powers = x.map(Math.exp);
  return powers.map((power) => power / powers.reduce((sum, p) => sum + p));
};

describe("averaged", () => {
  it("is the logarithm of three quarters of the views' mean probabilities and a quarter of the photo's", () => {
    const rows = [
      [1, 2, -1],
      [0, 3, 1],
      [2, 2, 2],
    ];
    const [plain, one, two] = rows.map(softmax) as [number[], number[], number[]];
    const expected = plain.map((p, c) => 0.75 * ((one[c]! + two[c]!) / 2) + 0.25 * p);
    const logits = averaged(Float32Array.from(rows.flat()), 3, "single-label");
    expect([...softmax([...logits])].map((p) => p.toFixed(6))).toEqual(expected.map((p) => p.toFixed(6)));
    for (const [c, p] of expected.entries()) expect(logits[c]).toBeCloseTo(Math.log(p), 6);
  });

  it("averages each label by itself where there are any number, and values as they are", () => {
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const [logit] = averaged(Float32Array.of(2, -1, 0.5), 1, "multi-label");
    expect(sigmoid(logit!)).toBeCloseTo(0.75 * ((sigmoid(-1) + sigmoid(0.5)) / 2) + 0.25 * sigmoid(2), 6);
    expect([...averaged(Float32Array.of(8, 1, 3), 1, "regression")]).toEqual([0.75 * 2 + 0.25 * 8]);
  });

  it("gives numbers where a class has become impossible", () => {
    const logits = averaged(Float32Array.of(0, 1e4, 0, 1e4), 2, "single-label");
    expect([Number.isFinite(logits[0]), logits[1]]).toEqual([true, 0]);
    for (const x of averaged(Float32Array.of(1e4, 1e4), 1, "multi-label")) expect(Number.isFinite(x)).toBe(true);
  });
});

describe("picturesOf", () => {
  it("gives the photo as it is, then its views, drawn by their number alone; every second is a mirror image", async () => {
    const spec = { ...nothing, horizontalFlip: 0.5, randomErasing: 1 };
    const pictures = await picturesOf("red/1", { ...options, spec });
    const plain = await colourDecoder.decode("red/1", transform);
    const mirrored = Array.from({ length: plain.length }, (_, i) => {
      const [channel, x, y] = [i % 3, Math.floor(i / 3) % 6, Math.floor(i / 18)];
      return plain[3 * (y * 6 + 5 - x) + channel]!;
    });
    expect(pictures.map((rgb) => [...rgb])).toEqual([plain, plain, mirrored, plain, mirrored].map((rgb) => [...rgb]));
  });

  it("draws by the default augmentation where there is no other", async () => {
    const [plain, ...views] = await picturesOf("red/1", options);
    expect(new Set(views.map(String)).size).toBe(4);
    expect(views.map(String)).not.toContain(String(plain));
    expect((await picturesOf("red/1", options)).map(String)).toEqual([plain, ...views].map(String));
  });
});

describe("ttaLogits", () => {
  it("is of each image what it is alone, computed from single predictions", async () => {
    const images = ["red/1", "blue/2", "green/3"];
    const together = await ttaLogits(images, options);
    for (const [i, image] of images.entries()) {
      const pictures = await picturesOf(image, options);
      const singly = await Promise.all(
        pictures.map(async (rgb) => {
          const values = Array.from({ length: 3 }, (_, c) =>
            Array.from({ length: plane }, (_, p) => (rgb[3 * p + c]! / 255 - transform.mean[c]!) / transform.std[c]!),
          );
          return softmax(values.map((channel) => channel.reduce((sum, x) => sum + x) / plane));
        }),
      );
      const expected = [0, 1, 2].map((c) =>
        Math.log(0.75 * (singly.slice(1).reduce((sum, p) => sum + p[c]!, 0) / 4) + 0.25 * singly[0]![c]!),
      );
      for (const [c, logit] of expected.entries()) expect(together[3 * i + c]).toBeCloseTo(logit, 5);
      expect(await ttaLogits([image], options)).toEqual(together.subarray(3 * i, 3 * i + 3));
    }
  });
});

describe("ttaOfPhotos", () => {
  const photo = (image: string): Photo => ({ image, name: image, label: 0, split: "valid" });
  const context = () => {
    const told: unknown[] = [];
    return { told, context: { signal: new AbortController().signal, emit: (event: unknown) => told.push(event) } };
  };

  it("goes through all photos, a few at a time", async () => {
    const images = ["red/1", "blue/2", "green/3"];
    const { told, context: quiet } = context();
    expect(await ttaOfPhotos(images.map(photo), options, quiet)).toEqual(await ttaLogits(images, options));
    expect(told).toEqual([2, 3].map((done) => ({ phase: "evaluate", done, total: 3 })));
  });

  it("ends where a photo cannot be read any more", async () => {
    await refusal(
      () => ttaOfPhotos([photo("red/1"), photo("broken/2")], options, context().context),
      "unreadable-image",
      "broken/2",
    );
  });
});
