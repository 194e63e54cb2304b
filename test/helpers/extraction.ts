// An extraction that writes many small segments, without a runtime: started by tests in processes that are then killed.
// Run as a script, it extracts into the folder named as its argument and tells of every batch.

import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { PhotoSet } from "../../src/datasets/photo-set.js";
import { defaultTransform, type ImageTransform } from "../../src/datasets/transform.js";
import type { Extraction } from "../../src/learner/engine/features/extraction.js";
import { type ExtractOptions, extractFeatures } from "../../src/learner/engine/features/features.js";
import { nodeStorage } from "../../src/learner/node/storage.js";
import type { Session } from "../../src/runtime/session.js";
import { float32, type Tensor } from "../../src/tensor.js";
import { pathIn } from "./tiny-platform.js";

const { crop: _, ...uncropped } = defaultTransform;
const transform: ImageTransform = { ...uncropped, resize: { height: 2, width: 2 } };
const width = 12;

/** What it says of a photo are its pixels. */
const session: Session = {
  inputNames: ["pixels"],
  outputNames: ["features"],
  outputShapes: [["batch", width]],
  run: async ({ pixels }) => ({
    features: float32([pixels!.shape[0]!, width], ((pixels as Tensor).data as Float32Array).slice()),
  }),
  runOnDevice: async () => ({}),
  release: async () => {},
};

const classes = ["even", "odd"];
export const photoCount = 300;
const photos: PhotoSet = {
  task: "single-label",
  classes,
  photos: Array.from({ length: photoCount }, (_, i) => ({
    image: `photo ${i}`,
    name: `${i}`,
    label: i % 2,
    split: i % 10 < 8 ? ("train" as const) : ("valid" as const),
  })),
  skipped: [],
};

/** @param folder where features are cached; absent: nowhere. */
export const extractSlowly = (
  folder: string | undefined,
  { pause = 0, ...options }: { pause?: number; onProgress?: ExtractOptions["onProgress"]; onDecode?: () => void } = {},
): Promise<Extraction> =>
  extractFeatures({
    network: { session, featureCount: width },
    source: "pixels",
    photos,
    decoder: {
      read: async (image) => new TextEncoder().encode(pathIn(image)),
      decode: async (image) => {
        options.onDecode?.();
        await setTimeout(pause);
        const number = Number(/\d+/.exec(pathIn(image))![0]);
        return Uint8Array.from({ length: width }, (_, i) => (number * 7 + i * 31) % 256);
      },
    },
    transform,
    // Four photos a segment.
    memoryLimit: folder === undefined ? 2 ** 20 : 4 * (64 + 4 * 80),
    batchSize: 8,
    storage: folder === undefined ? undefined : nodeStorage(folder),
    maxSkipped: 0,
    signal: new AbortController().signal,
    onProgress: options.onProgress ?? (() => {}),
  });

const [, script, folder] = process.argv;
if (script && folder && import.meta.url === pathToFileURL(script).href)
  await extractSlowly(folder, { pause: 4, onProgress: (done) => console.log(done) });
