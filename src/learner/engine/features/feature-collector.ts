// Where the rows of an extraction go, photo by photo: into memory, unless disk-collector.ts or pixel-source.ts takes them.
import type { ImageDecoder } from "../../../datasets/decoder.js";
import type { Photo, PhotoSet } from "../../../datasets/photo-set.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { float32 } from "../../../tensor.js";
import { refuseTooLarge } from "./feature-refusals.js";
import { type FeatureSource, memorySource } from "./feature-source.js";
import { targetsOf } from "./targets.js";

/** A photo on its way. */
export interface LoadedPhoto {
  /** What the network is to be run on; absent where its features are known. */
  readonly rgb?: Uint8Array | undefined;
  /** The SHA-256 of its file, where that is asked for. */
  readonly hash?: string;
}

export interface Collector {
  /** @throws RegraftError "unreadable-image" */
  load(photo: Photo): Promise<LoadedPhoto>;
  /** Takes the next photo, with its features unless they are known. */
  add(photo: Photo, loaded: LoadedPhoto, features: Float32Array | undefined): Promise<void>;
  /** Brings to safety what was taken. */
  keep(): Promise<void>;
  finish(signal: AbortSignal): Promise<Record<Photo["split"], FeatureSource>>;
}

export interface CollectOptions {
  readonly photos: PhotoSet;
  readonly decoder: ImageDecoder;
  readonly transform: ImageTransform;
  /** Of a row. */
  readonly width: number;
  /** Bytes that features may take in memory. */
  readonly memoryLimit: number;
}

/** @throws RegraftError "memory-limit" before anything is allocated */
export function collectInMemory({ photos: set, decoder, transform, width, memoryLimit }: CollectOptions): Collector {
  const { photos } = set;
  refuseTooLarge(photos.length, width, memoryLimit);
  const parts = splits((split) => ({
    ...createList(set),
    data: new Float32Array(photos.filter((photo) => photo.split === split).length * width),
  }));
  return {
    load: async ({ image }) => ({ rgb: await decoder.decode(image, transform) }),
    add: async (photo, _, features) => {
      const { data, names, take } = parts[photo.split];
      data.set(features!, names.length * width);
      take(photo);
    },
    keep: async () => {},
    finish: async () =>
      splits((split) => {
        const { data, labelled } = parts[split];
        const { labels, names } = labelled();
        const features = float32([names.length, width], data.subarray(0, names.length * width));
        return memorySource({ features, labels, names });
      }),
  };
}

export const splits = <T>(make: (split: Photo["split"]) => T): Record<Photo["split"], T> => ({
  train: make("train"),
  valid: make("valid"),
});

/** What rows are of. */
export function createList(set: Pick<PhotoSet, "task" | "classes">) {
  const labels: Photo["label"][] = [];
  const names: string[] = [];
  return {
    names,
    take: ({ label, name }: Photo): void => {
      labels.push(label);
      names.push(name);
    },
    labelled: () => ({ labels: targetsOf(labels, set), names }),
  };
}
