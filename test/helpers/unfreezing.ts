// Learners on the convolutional network of conv-network.ts, and what is seen of them from outside: the runs of their graphs,
// the photos they decode, the weights they export.
import { afterEach, vi } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import type { Learner } from "../../src/learner/learner.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import type { Model } from "../../src/onnx/graph.js";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { writeModel } from "../../src/onnx/write.js";
import { convModel, photoSize } from "./conv-network.js";
import { memoryStorages } from "./memory-storage.js";
import { colourItems, portHost, tinyPlatform } from "./tiny-platform.js";
import { watchRuns } from "./watch-runs.js";

/** Twelve photos of each colour, nine to train on: two steps of sixteen and eleven. */
export const convPhotos = colourItems(12);

export const convOptions = (model: Model = convModel()): LearnerOptions => ({
  model: writeModel(model),
  data: imageList(convPhotos),
  batchSize: 16,
  device: { name: "cpu", threads: 1 },
  image: { resize: { height: photoSize, width: photoSize }, crop: { height: photoSize, width: photoSize } },
});

/**
 * A platform that notes the runs of each graph, by what errors call it, and counts decoded photos.
 * @param onRun told of each before it begins.
 */
export function watchedPlatform(onRun: (source: string) => void = () => {}) {
  const platform = tinyPlatform();
  const { runtime, decoder } = platform;
  const runs: string[] = [];
  const alive = new Set<{ readonly source: string }>();
  const createSession: typeof runtime.createSession = async (model, source, options) => {
    const session = await runtime.createSession(model, source, options);
    const entry = { source };
    alive.add(entry);
    const noted = watchRuns(session, () => {
      runs.push(source);
      onRun(source);
    });
    return {
      ...noted,
      release: async () => {
        alive.delete(entry);
        await session.release();
      },
    };
  };
  const decode = vi.fn(decoder.decode);
  return {
    ...platform,
    storage: memoryStorages(),
    decoder: { ...decoder, decode },
    runtime: { ...runtime, createSession },
    runs,
    /** Names of the sessions that are open. */
    alive: () => Array.from(alive, ({ source }) => source),
  };
}

export type WatchedPlatform = ReturnType<typeof watchedPlatform>;

export interface Opened {
  readonly learner: Learner;
  readonly platform: WatchedPlatform;
  /** What the network and its head have become. */
  readonly weights: () => Promise<Weights>;
}

const learners: Learner[] = [];
afterEach(async () => {
  for (const learner of learners.splice(0)) await learner.dispose();
});

/** Behind a port, as from a worker. It is disposed of after the test. */
export async function openConv(
  options: Partial<LearnerOptions> = {},
  platform: WatchedPlatform = watchedPlatform(),
): Promise<Opened> {
  const learner = await createLearnerOn(portHost(platform), { ...convOptions(), ...options });
  learners.push(learner);
  return {
    learner,
    platform,
    weights: async () => {
      await learner.exportOnnx("weights");
      return weightsOf(platform.files.contents.get("weights/onnx/model.onnx") as Uint8Array);
    },
  };
}

/** All constants of a model by name. */
export type Weights = Readonly<Record<string, Float32Array>>;

export function weightsOf(bytes: Uint8Array): Weights {
  const { graph } = readModel(bytes, { source: "weights" });
  return Object.fromEntries(
    graph.initializers.map(({ name, constant }) => [name, tensorOf(constant!).data as Float32Array]),
  );
}

/** Names of the constants that are not the same bits in both. */
export const changed = (before: Weights, after: Weights): string[] =>
  Object.keys(before).filter((name) => before[name]!.some((x, i) => !Object.is(x, after[name]![i])));
