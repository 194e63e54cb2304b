import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Photo, PhotoSet } from "../../../../src/datasets/photo-set.js";
import { defaultTransform, type ImageTransform, toPixelValues } from "../../../../src/datasets/transform.js";
import type { FeatureSource } from "../../../../src/learner/engine/features/feature-source.js";
import { type ExtractOptions, extractFeatures } from "../../../../src/learner/engine/features/features.js";
import type { Session } from "../../../../src/runtime/session.js";
import { refusal } from "../../../helpers/refusal.js";
import { meansSession } from "../../../helpers/tiny-network.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";
import { watched } from "../../../helpers/training.js";

let session: Session;
beforeAll(async () => {
  session = await meansSession();
});
afterAll(() => session.release());
afterEach(() => {
  vi.restoreAllMocks();
});

const { crop: _, ...uncropped } = defaultTransform;
const transform: ImageTransform = { ...uncropped, resize: { height: 4, width: 4 } };
const classes = ["blue", "green", "red"];

/** As many photos of each class, the last of each to validate on. */
function photosOf(each: number, rename = (name: string) => name): PhotoSet {
  const photos = classes.flatMap((className, label) =>
    Array.from({ length: each }, (_, i): Photo => {
      const name = rename(`${className}/${i}`);
      return { image: name, name, label, split: i === each - 1 ? "valid" : "train" };
    }),
  );
  return { task: "single-label", classes, photos, skipped: [] };
}

const extract = (options: Partial<ExtractOptions> = {}) =>
  extractFeatures({
    network: { session, featureCount: 3 },
    source: "tiny",
    batchSize: 4,
    photos: photosOf(7),
    decoder: colourDecoder,
    transform,
    memoryLimit: 2 ** 20,
    maxSkipped: 0.1,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...options,
  });

const featuresIn = async (source: FeatureSource): Promise<Float32Array> =>
  (await source.slice(0, source.count)).features.data;

/** What the network says of a photo, computed here. */
async function means(name: string): Promise<number[]> {
  const pixels = new Float32Array(48);
  toPixelValues(await colourDecoder.decode(name, transform), { height: 4, width: 4 }, transform, pixels);
  return [0, 1, 2].map((c) => pixels.subarray(16 * c, 16 * c + 16).reduce((sum, x) => sum + x, 0) / 16);
}

describe("extractFeatures", () => {
  it("gives each split its photos' features, labels and names, in order", async () => {
    const { train, valid, skipped } = await extract();
    expect(train.names).toEqual(classes.flatMap((name) => [0, 1, 2, 3, 4, 5].map((i) => `${name}/${i}`)));
    expect(valid.names).toEqual(["blue/6", "green/6", "red/6"]);
    expect([train.count, train.labels.shape]).toEqual([18, [18]]);
    expect([...train.labels.data]).toEqual([0, 1, 2].flatMap((label) => Array(6).fill(label)));
    expect([...valid.labels.data]).toEqual([0, 1, 2]);
    expect(skipped).toEqual([]);
    for (const part of [train, valid]) {
      const features = await featuresIn(part);
      for (const [row, name] of part.names.entries()) {
        const expected = await means(name);
        for (const [c, value] of expected.entries()) expect(features[3 * row + c]).toBeCloseTo(value, 5);
      }
    }
  });

  it("runs a few photos at a time, and tells how far it is", async () => {
    const network = { session: watched(session), featureCount: 3 };
    const progress: string[] = [];
    await extract({ network, onProgress: (done, total) => progress.push(`${done}/${total}`) });
    expect(network.session.runs.map((feeds) => Object.values(feeds)[0]!.shape[0])).toEqual([8, 8, 5]);
    expect(progress).toEqual(["8/21", "16/21", "21/21"]);
  });

  it("skips what cannot be read, and names it; the rest keeps its place", async () => {
    const photos = photosOf(7, (name) => (name === "green/2" ? "green/broken" : name));
    const { train, skipped } = await extract({ photos });
    expect(skipped).toEqual([{ image: "green/broken", reason: "it is broken" }]);
    expect(train.names).toHaveLength(17);
    const features = await featuresIn(train);
    expect(features).toHaveLength(51);
    const whole = await extract();
    const at = whole.train.names.indexOf("green/3");
    expect(train.names[at - 1]).toBe("green/3");
    expect(features.subarray(3 * (at - 1))).toEqual((await featuresIn(whole.train)).subarray(3 * at));
  });

  it("counts what the folder skipped, and refuses when there is too much of it", async () => {
    const unlisted = [0, 1, 2].map((i) => ({ image: `x${i}.heic`, reason: "HEIC cannot be read" }));
    const photos: PhotoSet = { ...photosOf(7), skipped: unlisted };
    expect((await extract({ photos, maxSkipped: 3 / 24 })).skipped).toEqual(unlisted);
    const { details } = await refusal(
      () => extract({ photos, maxSkipped: 0.1 }),
      "too-many-unreadable",
      "3 of 24 photos cannot be read, more than image.maxSkipped = 0.1 allows: x0.heic (HEIC cannot be read)",
      "raise image.maxSkipped",
    );
    expect(details).toEqual({ skipped: unlisted, total: 24 });
  });

  it("stops reading as soon as too much of it cannot be read", async () => {
    const photos = photosOf(100, (name) => (name.startsWith("blue") ? `${name}-broken` : name));
    const decode = vi.fn(colourDecoder.decode);
    const call = () => extract({ photos, decoder: { ...colourDecoder, decode }, maxSkipped: 0.05 });
    await refusal(call, "too-many-unreadable", "of 300 photos", "; …");
    expect(decode.mock.calls.length).toBeLessThan(50);
  });

  it("refuses when a class has nothing left to train on, or nothing is left to validate on", async () => {
    const noGreen = photosOf(7, (name) => (/^green\/[0-5]/.test(name) ? `${name}-broken` : name));
    await refusal(() => extract({ photos: noGreen, maxSkipped: 1 }), "invalid-dataset", 'to train on for "green"');
    const noValid = photosOf(7, (name) => (name.endsWith("/6") ? `${name}-broken` : name));
    await refusal(() => extract({ photos: noValid, maxSkipped: 1 }), "invalid-dataset", "left to validate on");
    const nothing = photosOf(7, (name) => `${name}-broken`);
    await refusal(() => extract({ photos: nothing, maxSkipped: 1 }), "invalid-dataset", '"blue", "green", "red"');
  });

  it("refuses what would not fit, before it reads anything", async () => {
    const decode = vi.fn(colourDecoder.decode);
    const call = () => extract({ memoryLimit: 21 * 3 * 4 - 1, decoder: { ...colourDecoder, decode } });
    const remedies = "Raise cache.memoryLimit, or name a cache.folder";
    const { details } = await refusal(call, "memory-limit", "21 photos", remedies);
    expect(details).toEqual({ needed: 252, limit: 251 });
    expect(decode).not.toHaveBeenCalled();
    await extract({ memoryLimit: 252 });
  });

  it("stops with the signal's reason", async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(extract({ signal: controller.signal, onProgress })).rejects.toThrow("enough");
  });

  it("passes on what is not the photo's fault", async () => {
    const decode = async () => {
      throw new Error("out of memory");
    };
    await expect(extract({ decoder: { ...colourDecoder, decode } })).rejects.toThrow("out of memory");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses features of %d, and names photo and network",
    async (bad) => {
      const run: Session["run"] = async (feeds) => {
        const outputs = await session.run(feeds);
        const [features] = Object.values(outputs);
        (features!.data as Float32Array)[4] = bad;
        return outputs;
      };
      const { details } = await refusal(
        () => extract({ network: { session: { ...session, run }, featureCount: 3 } }),
        "unsupported-model",
        `tiny cannot be used: it gives features that are not finite numbers (${bad}) for blue/1.`,
        "image.mean",
      );
      expect(details).toMatchObject({ source: "tiny" });
    },
  );
});
