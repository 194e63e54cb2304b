// What a training came to: a line per epoch, and all of it together for the model card.

import type { Task } from "../../datasets/task.js";
import type { LrRange } from "../engine/training/range.js";
import type { AnyValidation } from "../engine/training/validation-of.js";

/** One epoch's line in fast.ai's table; the accuracy is of classes alone. */
export type EpochResult<T extends Task = "single-label"> = EpochLine &
  (T extends "single-label" ? { readonly accuracy: number } : { readonly accuracy?: never });

interface EpochLine {
  /** From 0, counted over all fits of the learner. */
  readonly epoch: number;
  /** The training loss, smoothed as fast.ai does: a bias-corrected moving average over steps, decay 0.98. */
  readonly trainLoss: number;
  readonly validLoss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** An export as the caller's side asks for it. */
export interface ExportRequest extends Pick<TrainingReport, "fits" | "range"> {
  readonly forms: ExportForms;
}

/** What the caller's side knows of the training, for the model card. */
export interface TrainingReport {
  readonly fits: readonly FitRecord[];
  readonly range: LrRange | undefined;
  readonly validation: AnyValidation | undefined;
  readonly photos: { readonly train: number; readonly valid: number; readonly skipped: number } | undefined;
}

export interface FitRecord {
  /** As it was called, such as `fitOneCycle(4, 0.01)`, options included. */
  readonly call: string;
  /** Epochs that were asked for; a callback or a signal may have ended it before. */
  readonly planned: number;
  /** Of the layer groups that were trained, the highest rate each had. */
  readonly groups: readonly { readonly name: string; readonly lr: number }[];
  readonly epochs: readonly EpochResult<Task>[];
}

/** How the network is written, and in which further files beside `onnx/model.onnx`. */
export interface ExportForms {
  /**
   * Batch normalisations become part of the layers before them, as far as these are convolutions or linear: fewer
   * operators for runtimes that do not fold them as they load, as ONNX Runtime does. Statistics that are folded can be
   * trained no further. Default false.
   */
  readonly foldBatchNorm?: boolean;
  /** `onnx/model_softmax.onnx` gives `probabilities` of classes instead of raw logits; default false. */
  readonly softmax?: boolean;
  /** `onnx/model_sigmoid.onnx` gives `probabilities` of labels instead of raw logits; default false. */
  readonly sigmoid?: boolean;
  /** `onnx/model_fp16.onnx` stores its weights in float16, half the size; default false. */
  readonly float16?: boolean;
}
