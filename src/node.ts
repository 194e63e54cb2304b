// regraft for Node: the public names, bound to worker threads, onnxruntime-node and sharp.
import { pathToFileURL } from "node:url";
import { isObject } from "./arguments.js";
import { invalidArgument } from "./errors.js";
import type { Host } from "./learner/border/host.js";
import { createLearnerOn } from "./learner/create-learner.js";
import type { Learner } from "./learner/learner.js";
import { type Classifier, type ClassifierOptions, loadClassifierOn } from "./learner/load-classifier.js";
import { localHost, workerHost } from "./learner/node/host.js";
import { nodePlatform } from "./learner/node/platform.js";
import type { LearnerOptions } from "./learner/options.js";

export interface NodeOptions {
  /**
   * The worker's file, for bundlers that move it; default: the one beside this file. `false` works in the calling
   * thread, which then blocks: for callers that are in a worker themselves.
   */
  readonly worker?: URL | string | false;
}

/**
 * Opens a pretrained network and the photos to train it on, in a worker thread.
 * @throws RegraftError "invalid-argument", "model-not-found", "invalid-model", "unsupported-model",
 * "no-classifier-found", "invalid-dataset", "device-unavailable", "file-access", "download-failed", "checksum-mismatch"
 */
export async function createLearner(options: LearnerOptions & NodeOptions): Promise<Learner> {
  const { worker, ...rest } = options ?? {};
  return createLearnerOn(hostFor(worker), rest);
}

/**
 * Opens an exported folder to predict with.
 * @throws RegraftError "invalid-model", "file-access", "device-unavailable"
 */
export async function loadClassifier(
  folder: string,
  options: ClassifierOptions & NodeOptions = {},
): Promise<Classifier> {
  if (!isObject(options)) throw invalidArgument("loadClassifier's options", "an object of options", options);
  const { worker, ...rest } = options;
  return loadClassifierOn(hostFor(worker), folder, rest);
}

function hostFor(worker: NodeOptions["worker"] = new URL("./node-worker.js", import.meta.url)): Host {
  if (worker === false) return localHost(nodePlatform(new URL("../models/", import.meta.url)));
  if (typeof worker !== "string" && !(worker instanceof URL))
    throw invalidArgument("worker", "the URL or path of the worker's file, or false", worker);
  if (worker instanceof URL) return workerHost(worker);
  return workerHost(worker.startsWith("file:") ? new URL(worker) : pathToFileURL(worker));
}

export type { Dataset } from "./datasets/dataset.js";
export type { Skipped } from "./datasets/folder-photos.js";
export { type CsvColumns, type ImageCsvOptions, imageCsv } from "./datasets/image-csv.js";
export { imageFolder } from "./datasets/image-folder.js";
export { imageList } from "./datasets/image-list.js";
export type { ImageSource } from "./datasets/image-source.js";
export { type ErrorCode, type ErrorDetails, isRegraftError, RegraftError } from "./errors.js";
export type { Progress } from "./learner/border/events.js";
export type { DataInfo, LearnerInfo } from "./learner/border/info.js";
export type { EpochResult, ExportForms } from "./learner/border/report.js";
export type {
  CallOptions,
  EvaluateOptions,
  FineTuneOptions,
  FitCyclicalOptions,
  FitOneCycleOptions,
  FitOptions,
  LrFindCall,
} from "./learner/call-options.js";
export type { Callback, FitState, StepsResult } from "./learner/callbacks.js";
export type { PhotoEvaluation } from "./learner/engine/photo-evaluation.js";
export type { Prediction } from "./learner/engine/predict.js";
export type { ClassScore, ConfusionMatrix, MetricName } from "./learner/engine/training/metrics.js";
export type { CyclicalRangeOptions, LrFindOptions, LrRange } from "./learner/engine/training/range.js";
export type { Validation } from "./learner/engine/training/validation.js";
export type { LearningRate } from "./learner/group-rates.js";
export type { HeadOptions, HiddenLayers } from "./learner/head-options.js";
export type { Learner } from "./learner/learner.js";
export type { Classifier } from "./learner/load-classifier.js";
export type { CrossEntropyLoss } from "./learner/loss-options.js";
export type { CacheOptions, ImageOptions, LearnerOptions } from "./learner/options.js";
export type { LayerGroup } from "./learner/recorded-fit.js";
export type { CyclicalRange } from "./lr-range/cyclical-range.js";
export type { Curve } from "./lr-range/range-test.js";
export type { Suggestion } from "./lr-range/suggest.js";
export type { OptimizerOptions } from "./optimizers/create-optimizer.js";
