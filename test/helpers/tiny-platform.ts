// A platform in memory for tests of the learner: the real runtime, a network of a few nodes, photos that are colours.
import { MessageChannel } from "node:worker_threads";
import type { ImageCodec } from "../../src/datasets/decoder.js";
import type { ImageSource } from "../../src/datasets/image-source.js";
import { createNodeDecoder } from "../../src/datasets/node.js";
import { outputSize } from "../../src/datasets/transform.js";
import { RegraftError } from "../../src/errors.js";
import { remoteChannel, serve } from "../../src/learner/border/channel.js";
import type { Connection, Engines, Host } from "../../src/learner/border/host.js";
import { createEngine } from "../../src/learner/engine/create-engine.js";
import { type Files, join, type Platform } from "../../src/learner/engine/platform.js";
import type { ModelEntry } from "../../src/models/registry.js";
import { writeModel } from "../../src/onnx/write.js";
import { stream } from "../../src/random.js";
import { createNodeRuntime } from "../../src/runtime/node.js";
import { memoryTree } from "../datasets/memory-tree.js";
import { memoryStorages } from "./memory-storage.js";
import { noDownloads } from "./model-server.js";
import { tinyModel } from "./tiny-network.js";

export const colours = ["blue", "green", "red"] as const;
const size = 4;

const entry: ModelEntry = {
  name: "tiny",
  description: "the means of the colours",
  file: "tiny.onnx",
  bytes: 0,
  sha256: "",
  licence: "MIT",
  source: "here",
  pretrainedOn: "nothing",
  modelType: "efficientnet",
  preprocessor: {
    image_processor_type: "ViTImageProcessor",
    size: { height: size, width: size },
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.25, 0.25, 0.25],
  },
};

/** A photo's bytes are its path. */
export const pathIn = (image: ImageSource): string =>
  typeof image === "string" ? image : new TextDecoder().decode(image as Uint8Array);

/**
 * Paths are photos: "photos/red/3" is rather red, and differs from "photos/red/4". With "broken" in its name one cannot
 * be read.
 */
export const colourDecoder: ImageCodec = {
  encode: createNodeDecoder().encode,
  // As if a photo's file held its path.
  read: async (image) => new TextEncoder().encode(pathIn(image)),
  decode: async (image, transform) => (await colourDecoder.decodeWhole(image, transform, 1)).data,
  // As if every photo were exactly as large as it may be.
  decodeWhole: async (image, transform, finest) => {
    const path = pathIn(image);
    if (path.includes("broken")) {
      throw new RegraftError("unreadable-image", { image: path, reason: "it is broken" }, `Cannot read ${path}.`);
    }
    const size = outputSize(transform);
    const [height, width] = [Math.round(finest * size.height), Math.round(finest * size.width)];
    const from = stream(0, path);
    const strongest = ["red", "green", "blue"].findIndex((colour) => path.includes(colour));
    const mean = [0, 1, 2].map((channel) => (channel === strongest ? 60 : 0) + from.below(120));
    const data = Uint8Array.from({ length: 3 * height * width }, (_, i) => mean[i % 3]! + from.below(60));
    return { data, height, width };
  },
};

/** Files by path; folders are what paths go through. */
export function memoryFiles(
  contents = new Map<string, Uint8Array | string>(),
): Files & { readonly contents: typeof contents } {
  const read: Files["read"] = async (path) => {
    const content = contents.get(path);
    if (content === undefined)
      throw new RegraftError("file-access", { path, operation: "read" }, `Cannot read ${path}.`);
    return typeof content === "string" ? new TextEncoder().encode(content) : content;
  };
  return {
    contents,
    read,
    kind: async (path) => {
      if (contents.has(path)) return "file";
      return [...contents.keys()].some((file) => file.startsWith(`${path}/`)) ? "directory" : undefined;
    },
    readBeside: (modelPath, location) => read(join(modelPath.replace(/[^/]*$/, ""), location)),
    writeFolder: async (path, files, obsolete = []) => {
      for (const [name, content] of files) contents.set(join(path, name), content);
      for (const name of obsolete) contents.delete(join(path, name));
    },
  };
}

export type TinyPlatform = Platform & { readonly files: ReturnType<typeof memoryFiles> };

export const tinyPlatform = (overrides: Partial<TinyPlatform> = {}): TinyPlatform => ({
  runtime: createNodeRuntime(),
  decoder: colourDecoder,
  photos: memoryTree("", []),
  models: {
    list: async () => ["tiny.json", "tiny.onnx"],
    read: async (file) =>
      file === "tiny.onnx" ? writeModel(tinyModel()) : new TextEncoder().encode(JSON.stringify(entry)),
  },
  files: memoryFiles(),
  storage: memoryStorages(),
  downloads: noDownloads,
  ...overrides,
});

/** `count` photos of each colour, the last of every four to validate on. */
export const colourItems = (count: number) =>
  colours.flatMap((label) =>
    Array.from({ length: count }, (_, i) => ({
      image: `photos/${label}/${i}`,
      label,
      split: i % 4 === 3 ? ("valid" as const) : ("train" as const),
    })),
  );

/** Engines behind a real port in the same thread: everything is cloned as between threads. */
export const portHost = (platform: Platform): Host => ({
  connect: <K extends keyof Engines>(kind: K): Connection<Engines[K]> => {
    const { port1, port2 } = new MessageChannel();
    const portOf = (port: typeof port1) => ({
      post: (message: unknown) => port.postMessage(message),
      listen: (onMessage: (message: unknown) => void) => port.on("message", onMessage),
    });
    serve(portOf(port2), createEngine[kind](platform) as object, () => port2.close());
    const channel = remoteChannel<Engines[K]>(portOf(port1), () => {});
    const gone = new RegraftError("worker-failed", { reason: "it is closed" }, "The worker is closed.");
    port1.on("close", () => channel.fail(gone));
    return {
      channel,
      close: () => channel.call("close" as never, undefined as never).catch(() => {}) as Promise<never>,
    };
  },
});
