// What the worker is told: the caller's options, checked, with every default filled in. Plain data.
import type { ImageFolder } from "../../datasets/image-folder.js";
import type { ImageList } from "../../datasets/image-list.js";
import type { ImageTransform } from "../../datasets/transform.js";
import type { SgdOptions } from "../../optimizers/sgd.js";
import type { DeviceRequest } from "../../runtime/devices.js";

export interface LearnerSpec {
  /** A name in `models/`, a path, or an ONNX file's bytes. */
  readonly model: string | Uint8Array;
  readonly data: ImageFolder | ImageList;
  readonly head: "linear";
  readonly optimizer: SgdOptions;
  readonly loss: { readonly labelSmoothing: number; readonly classWeights: ClassWeights | undefined };
  readonly metrics: readonly string[];
  readonly device: DeviceRequest;
  /** Bytes that cached features may take. */
  readonly memoryLimit: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly image: Partial<ImageTransform> & { readonly maxSkipped: number };
}

/** By class name, 1 for those not named; or "balanced": N / (classes · photos of the class). */
export type ClassWeights = "balanced" | Readonly<Record<string, number>>;
