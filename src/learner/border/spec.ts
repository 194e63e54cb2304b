// What the worker is told: the caller's options, checked, with every default filled in. Plain data.
import type { AugmentSpec } from "../../datasets/augment/augment-spec.js";
import type { Dataset } from "../../datasets/dataset.js";
import type { ImageTransform } from "../../datasets/transform.js";
import type { OptimizerSpec } from "../../optimizers/create-optimizer.js";
import type { DeviceRequest } from "../../runtime/devices.js";

export interface LearnerSpec {
  /** A name in `models/`, a path, an address, or an ONNX file's bytes. */
  readonly model: string | Uint8Array;
  readonly data: Dataset;
  readonly head: HeadSpec;
  /** Where the caller wants the network cut. */
  readonly cut: string | undefined;
  /** The values that end the network's layer groups, where the caller names them. */
  readonly layerGroups: readonly string[] | undefined;
  readonly optimizer: OptimizerSpec;
  /** The largest norm of the gradient. */
  readonly clipNorm: number | undefined;
  /** Photos that are run together while layers are trained; undefined: as many as take about 200 ms or 400 MB. */
  readonly microBatch: number | undefined;
  /** Whether unfrozen batch normalisations go by the batch's statistics, and learn the running ones. */
  readonly batchNorm: "frozen" | "trained";
  readonly loss: LossSpec;
  readonly metrics: readonly string[];
  readonly device: DeviceRequest;
  readonly cache: {
    /** Bytes that features may take in memory. */
    readonly memoryLimit: number;
    /** Where features are kept from one learner to the next. */
    readonly folder: string | undefined;
  };
  readonly seed: number;
  readonly batchSize: number;
  readonly augment: AugmentSpec | undefined;
  /** How photos are divided into batches. */
  readonly batches: "shuffled" | "stratified";
  readonly image: Partial<ImageTransform> & { readonly maxSkipped: number };
}

/**
 * "pretrained" is a linear one that begins as the classifier that was cut off the network. "mlp" is on mean and maximum of every channel of the network's last feature map, where it has one.
 */
export type HeadSpec =
  | { readonly kind: "linear" }
  | { readonly kind: "pretrained" }
  | { readonly kind: "mlp"; readonly hidden: readonly number[]; readonly dropout: number };

export type LossSpec =
  | {
      readonly name: "cross-entropy";
      readonly labelSmoothing: number;
      readonly classWeights: ClassWeights | undefined;
    }
  | { readonly name: "bce"; readonly posWeights: ClassWeights | undefined }
  | { readonly name: "mse" | "mae" }
  | { readonly name: "huber"; readonly delta: number };

/** By class name, 1 for those not named; or "balanced": N / (classes · photos of the class). */
export type ClassWeights = "balanced" | Readonly<Record<string, number>>;
