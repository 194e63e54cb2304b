// Same seed, same device, same thread count: bitwise the same weights, whatever else the learner is asked in between.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EpochResult } from "../../src/learner/border/report.js";
import { hostDevice } from "../../src/learner/engine/device/device.js";
import { featuresOf } from "../../src/learner/engine/model/frozen-network.js";
import { openNetwork } from "../../src/learner/engine/model/network.js";
import { loadPretrained } from "../../src/learner/engine/model/pretrained.js";
import { pixelsOf } from "../../src/learner/engine/prediction/predict.js";
import type { Learner } from "../../src/learner/learner.js";
import { nodePlatform } from "../../src/learner/node/platform.js";
import { float32 } from "../../src/tensor.js";
import { createLearner, imageFolder, isRegraftError } from "../helpers/build.js";
import { copyFew, fashionMini, photosIn } from "../helpers/photos.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { trainedWeights } from "../helpers/trained-weights.js";

const folder = temporaryFolder();
const few = { classes: ["coat", "pullover", "shirt"], train: 24, valid: 6 };
const data = imageFolder(copyFew(join(folder, "photos"), few));
const [photo] = photosIn(join(folder, "photos/valid/coat"));
let exports = 0;

/** The weights and the whole file after `train`, in a learner of its own. */
async function trained(train: (learner: Learner) => Promise<unknown>, options: { seed?: number; worker?: false } = {}) {
  await using learner = await createLearner({ data, batchSize: 16, ...options });
  await train(learner);
  const out = join(folder, `export ${exports++}`);
  await learner.exportOnnx(out);
  return { ...trainedWeights(out), file: readFileSync(join(out, "onnx/model.onnx")) };
}

const twoFits = async (learner: Learner): Promise<void> => {
  await learner.fitOneCycle(2, 0.01);
  await learner.fit(1, 0.003);
};

describe("the same seed", () => {
  it("gives bitwise the same file, in a worker or in the caller's thread; another seed gives another", async () => {
    const first = await trained(twoFits);
    expect(first.weight.some((value) => value !== 0)).toBe(true);
    expect((await trained(twoFits)).file.equals(first.file)).toBe(true);
    expect((await trained(twoFits, { worker: false })).file.equals(first.file)).toBe(true);
    const other = await trained(twoFits, { seed: 43 });
    expect(other.weight).not.toEqual(first.weight);
  });

  it("gives the same weights when range tests, validation and predictions come in between", async () => {
    const plain = await trained(twoFits);
    const disturbed = await trained(async (learner) => {
      await learner.lrFind({ runs: 2 });
      await learner.validate();
      await learner.fitOneCycle(2, 0.01);
      await learner.cyclicalRange({ epochs: 1 });
      await learner.lrFind({ runs: 1, steps: 20 });
      await learner.predict(readFileSync(photo!));
      await learner.fit(1, 0.003);
    });
    expect(disturbed.weight).toEqual(plain.weight);
    expect(disturbed.bias).toEqual(plain.bias);
  });
});

describe("a fit that fails", () => {
  it("has not happened when it diverged", async () => {
    const plain = await trained(twoFits);
    const recovered = await trained(async (learner) => {
      await learner.fitOneCycle(2, 0.01);
      // Rises by 1e33 a step: some epochs go well before a loss overflows.
      const rising = { baseLr: 0.01, maxLr: 1e38, stepSize: 100_000 };
      const seen: number[] = [];
      const watch = { afterEpoch: (_: unknown, { epoch }: EpochResult) => void seen.push(epoch) };
      const error = await learner.fitCyclical(500, rising, { callbacks: [watch] }).catch((error: unknown) => error);
      if (!isRegraftError(error, "diverged")) throw error;
      expect(seen.length).toBeGreaterThan(1);
      expect(error.details.lr).toBeGreaterThan(1e33);
      expect(error.message).toMatch(/at step \d+, learning rate \d\.\d+e\+3\d\. .*Use a lower rate/);
      expect(learner.history).toHaveLength(2);
      await learner.fit(1, 0.003);
    });
    expect(recovered.weight).toEqual(plain.weight);
    expect(recovered.bias).toEqual(plain.bias);
  });

  it("leaves a learner that trains on when it was cancelled", async () => {
    await using learner = await createLearner({ data, batchSize: 16 });
    const controller = new AbortController();
    const stop = { afterEpoch: () => controller.abort(new Error("enough")) };
    const fit = learner.fit(1000, 0.01, { signal: controller.signal, callbacks: [stop] });
    await expect(fit).rejects.toThrow("enough");
    expect(learner.history).toHaveLength(1);
    const [epoch] = await learner.fit(1, 0.01);
    expect(epoch!.epoch).toBe(1);
    expect(epoch!.validLoss).toBeLessThan(learner.history[0]!.validLoss);
  });
});

describe("the embedded network", () => {
  it("gives bitwise the same features for a photo in batches of 1 to 8", async () => {
    const platform = nodePlatform(new URL("../../models/", import.meta.url));
    const pretrained = await loadPretrained(platform, "efficientnet-lite0");
    const device = await hostDevice(platform.runtime);
    const network = await openNetwork(pretrained, platform.runtime, device, { at: undefined, pool: "own" });
    const photos = photosIn(join(fashionMini, "valid/sandal")).slice(0, 8);
    const { data, shape } = await pixelsOf(photos, platform.decoder, network.transform);
    const size = data.length / 8;
    const batched = async (rows: number): Promise<Float32Array> => {
      const features: number[] = [];
      for (let row = 0; row + rows <= 8; row += rows) {
        const batch = float32([rows, ...shape.slice(1)], data.subarray(row * size, (row + rows) * size));
        features.push(...(await featuresOf(network, batch)));
      }
      return Float32Array.from(features);
    };
    const together = await batched(8);
    expect(together.some((value) => value > 0)).toBe(true);
    for (const rows of [1, 2, 3, 4, 5, 6, 7]) {
      const some = await batched(rows);
      expect(some, `${rows} at a time`).toEqual(together.subarray(0, some.length));
    }
    await network.session.release();
  });
});
