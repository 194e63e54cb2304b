// Where the rows of an extraction go, photo by photo: into memory, unless disk-collector.ts or pixel-source.ts takes them.
import type { ImageDecoder } from "../../../datasets/decoder.js";
import type { Photo, PhotoSet } from "../../../datasets/photo-set.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { float32 } from "../../../tensor.js";
import type { Augmenter } from "./augmenter.js";
import { refuseTooLarge } from "./feature-refusals.js";
import { type FeatureSource, memorySource } from "./feature-source.js";
import { targetsOf } from "./targets.js";

/** A photo on its way. */
export interface LoadedPhoto {
  /** What the network is to be run on, for each of its rows; undefined where its features are known. */
  readonly rgb: readonly (Uint8Array | undefined)[];
  /** Where rows are kept on disk, the SHA-256 of the photo's file, and what each row is found by. */
  readonly hash?: string;
  readonly keys?: readonly string[];
}

export interface Collector {
  /** @throws RegraftError "unreadable-image" */
  load(photo: Photo): Promise<LoadedPhoto>;
  /** Takes the next photo, with the features of each row unless they are known. */
  add(photo: Photo, loaded: LoadedPhoto, features: readonly (Float32Array | undefined)[]): Promise<void>;
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
  /** Photos to train on are varied; where layers are frozen, each is as many rows as it has views. */
  readonly augmenter?: Augmenter | undefined;
}

/** Of the photo, in a frozen network: one as it is, or its views. */
export const rowsOf = ({ split }: Pick<Photo, "split">, { augmenter }: Pick<CollectOptions, "augmenter">): number =>
  (split === "train" && augmenter?.spec.views) || 1;

/** What is added to errors about too little memory. */
export const viewsAdvice = ({ augmenter }: Pick<CollectOptions, "augmenter">): string =>
  augmenter?.spec.views
    ? ` Each photo to train on counts as ${augmenter.spec.views}, its views: lower augment.views.`
    : "";

/** 8-bit RGB of each row, of those alone that are wanted. */
export async function loadRows(
  { image, name, split }: Photo,
  { decoder, transform, augmenter }: Pick<CollectOptions, "decoder" | "transform" | "augmenter">,
  wanted: readonly boolean[] = Array(rowsOf({ split }, { augmenter })).fill(true),
): Promise<LoadedPhoto["rgb"]> {
  if (!wanted.includes(true)) return wanted.map(() => undefined);
  if (split === "valid" || !augmenter?.spec.views) return [await decoder.decode(image, transform)];
  const missing = wanted.flatMap((is, view) => (is ? [["view", view] as const] : []));
  const made = (await augmenter.views(image, name, missing)).values();
  return wanted.map((is) => (is ? made.next().value : undefined));
}

/** Rows of all photos as training takes them. */
export async function trainedRows(
  all: FeatureSource,
  { augmenter }: Pick<CollectOptions, "augmenter">,
): Promise<FeatureSource> {
  if (!augmenter?.spec.views) return all;
  const { viewSource } = await import("./view-source.js");
  return viewSource(all, augmenter.spec.views, augmenter.seed);
}

/** @throws RegraftError "memory-limit" before anything is allocated */
export function collectInMemory(options: CollectOptions): Collector {
  const { photos: set, width, memoryLimit } = options;
  const countOf = (split: Photo["split"]): number =>
    set.photos.filter((photo) => photo.split === split).length * rowsOf({ split }, options);
  refuseTooLarge(countOf("train") + countOf("valid"), width, memoryLimit, viewsAdvice(options));
  const parts = splits((split) => ({ ...createList(set), data: new Float32Array(countOf(split) * width) }));
  return {
    load: async (photo) => ({ rgb: await loadRows(photo, options) }),
    add: async (photo, _, rows) => {
      const { data, names, take } = parts[photo.split];
      for (const features of rows) {
        data.set(features!, names.length * width);
        take(photo);
      }
    },
    keep: async () => {},
    finish: async () => {
      const { train, valid } = splits((split) => {
        const { data, labelled } = parts[split];
        const { labels, names } = labelled();
        const features = float32([names.length, width], data.subarray(0, names.length * width));
        return memorySource({ features, labels, names });
      });
      return { train: await trainedRows(train, options), valid };
    },
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
