// What a checkpoint might say.
import { imageFolder } from "../../src/datasets/image-folder.js";
import type { CheckpointContent } from "../../src/learner/engine/checkpoint/generations.js";
import { checkpointVersion, randomness } from "../../src/learner/engine/checkpoint/manifest.js";
import { toSpec } from "../../src/learner/options.js";
import { float32 } from "../../src/tensor.js";

export const manifest: CheckpointContent["manifest"] = {
  version: checkpointVersion,
  position: { epoch: 2, step: 5, frozen: 1, best: "none" },
  random: randomness,
  learner: {
    model: "tiny",
    network: "ab",
    classes: ["cat", "dog"],
    device: "cpu",
    precision: "float32",
    rowsPerRun: null,
    cacheKey: null,
  },
  spec: JSON.parse(JSON.stringify(toSpec({ data: imageFolder("photos") }))),
  training: JSON.parse(JSON.stringify({ fits: [], range: undefined, agenda: undefined })),
};

const photos = {
  of: {},
  encode: () => new TextEncoder().encode(JSON.stringify({ classes: ["cat", "dog"], photos: [], unreadable: null })),
};

/** @param number told from others by it. */
export const contentOf = (number: number): CheckpointContent => ({
  manifest: { ...manifest, position: { ...manifest.position, epoch: number } },
  tensors: { weight: float32([2], [number, 0.5]) },
  photos,
});
