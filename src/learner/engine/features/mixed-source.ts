// Rows mixed with one another batch by batch, labels too: mixup and CutMix of photos, mixup of features where layers are frozen
// ("manifold mixup" at the boundary; Verma et al. 2018, arXiv 1806.05236).
import type { BatchAugment } from "../../../datasets/augment/augment-spec.js";
import { drawMix, mixRows } from "../../../datasets/augment/mixing.js";
import type { Size } from "../../../datasets/resize.js";
import { stream } from "../../../random.js";
import { float32, type Tensor } from "../../../tensor.js";
import { batchRows, type DrawPath, type FeatureSource, rowsDuring } from "./feature-source.js";
import type { Targets } from "./targets.js";

export interface MixOptions {
  readonly spec: BatchAugment;
  readonly seed: number;
  readonly classes: number;
  /** Of the photos; undefined: rows are features. */
  readonly size: Size | undefined;
}

/**
 * `labels` stay what they are of each photo; those of slices and chunks are probabilities. What is mixed how is drawn by the path
 * and the batch's first photo, so that a batch is the same wherever an epoch is taken up again.
 */
export function mixedSource(source: FeatureSource, options: MixOptions): FeatureSource {
  const { spec, seed, size } = options;
  const plain = softSource(source, options.classes);
  const chunksDuring = (path: DrawPath): FeatureSource["chunks"] =>
    async function* (batches, signal) {
      for await (const chunk of rowsDuring(source, path).chunks(batches, signal)) {
        for (const i of chunk.batches.keys()) {
          const { features, labels } = batchRows(chunk, i);
          const count = features.shape[0]!;
          const soft = softTargets(labels, options.classes);
          const first = source.names[batches[chunk.first + i]![0]!]!;
          const mix = drawMix(spec, count, size, stream(seed, "mix", ...path, first));
          const mixed = (rows: Tensor<"float32">, by: NonNullable<typeof mix>) =>
            float32(rows.shape, mixRows(rows.data, rows.shape[1]!, by, size));
          yield {
            features: mix ? mixed(features, mix) : features,
            labels: mix ? mixed(soft, { ...mix, box: undefined }) : soft,
            batches: [Int32Array.from({ length: count }, (_, row) => row)],
            first: chunk.first + i,
          };
        }
      }
    };
  return { ...plain, during: (path) => ({ chunks: chunksDuring(path) }) };
}

/** The same rows, with probabilities in place of class numbers. */
export function softSource(source: FeatureSource, classes: number): FeatureSource {
  return {
    ...source,
    slice: async (...rows) => {
      const { features, labels } = await source.slice(...rows);
      return { features, labels: softTargets(labels, classes) };
    },
    chunks: async function* (...asked) {
      for await (const chunk of source.chunks(...asked)) yield { ...chunk, labels: softTargets(chunk.labels, classes) };
    },
  };
}

/** 1 for the class of each row; what are numbers already are left alone. */
export function softTargets(labels: Targets, classes: number): Tensor<"float32"> {
  if (labels.dtype === "float32") return labels;
  const soft = float32([labels.data.length, classes]);
  for (const [row, label] of labels.data.entries()) soft.data[row * classes + label] = 1;
  return soft;
}
