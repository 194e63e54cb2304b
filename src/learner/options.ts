// The options of createLearner: what a caller may write, checked once, before any worker is started.
import { checkFields, checkFunction, checkSignal, type Names, whole } from "../arguments.js";
import { type Dataset, isDataset } from "../datasets/dataset.js";
import type { Task } from "../datasets/task.js";
import { invalidArgument } from "../errors.js";
import type { OptimizerOptions } from "../optimizers/create-optimizer.js";
import { type AugmentOptions, augmentOf } from "./augment-options.js";
import type { Progress } from "./border/events.js";
import type { LearnerSpec } from "./border/spec.js";
import { type CacheOptions, cacheOf } from "./cache-options.js";
import { type DeviceOptions, deviceOf } from "./device-options.js";
import { checkMetrics, defaultMetrics, type MetricName } from "./engine/training/metric-names.js";
import { type HeadOptions, headOf } from "./head-options.js";
import { type ImageOptions, imageOf } from "./image-options.js";
import { batchNormOf, layerGroupsOf, microBatchOf } from "./layer-options.js";
import { type LossOption, lossOf } from "./loss-options.js";
import { clipNormOf, optimizerOf } from "./optimizer-options.js";

/** Of the task that the data asks for. */
export interface LearnerOptions<T extends Task = "single-label"> {
  /**
   * The pretrained network: a name in `models/`, a path to an .onnx file, a folder that `exportOnnx` wrote,
   * `hf:owner/name` or `hf:owner/name@revision` for a repository on the Hugging Face hub (with a path behind it for one of
   * its .onnx files), the https:// address of an .onnx file, or an .onnx file's bytes. What is not on this machine is
   * downloaded once. Default "efficientnet-lite0", which the package brings along.
   */
  readonly model?: string | Uint8Array;
  /** The photos, see `imageFolder`, `imageCsv` and `imageList`. */
  readonly data: Dataset<T>;
  /** What is trained on the network's features; default "linear". */
  readonly head?: HeadOptions;
  /**
   * The name of the value (or of its node) in the network to take as features, [N, F] or a map [N, C, H, W]. Default: what
   * its own classifier works on. `regraft inspect` tells names.
   */
  readonly cut?: string;
  /**
   * Names of values (or of their nodes) in the network that each end a layer group; what comes after the last of them is
   * one more. Default: stages of one resolution, or blocks, as `regraft inspect` shows them.
   */
  readonly layerGroups?: readonly string[];
  /** Default "sgd", with momentum 0.9; or "adamw". */
  readonly optimizer?: OptimizerOptions["name"] | OptimizerOptions;
  /** The largest norm that the gradient may have, over all weights; a larger one is scaled down. Default: none. */
  readonly clipNorm?: number;
  /** Default "cross-entropy" of classes, "bce" of labels, "mse" of values, which may also have "mae" or "huber". */
  readonly loss?: LossOption<T>;
  /** Beside the loss and the scores of each class; default ["accuracy"], of labels ["f1", "mAP"], of values ["mae", "r2"]. */
  readonly metrics?: readonly MetricName<T>[];
  /** Default "auto". */
  readonly device?: DeviceOptions;
  /** Where the features of photos are kept while, and after, they are trained on. */
  readonly cache?: CacheOptions;
  /**
   * Varies the photos that are trained on, never those that are validated on; `true` for what is usual. Default: not at all.
   */
  readonly augment?: boolean | AugmentOptions;
  /** Of all that is drawn at random in training; default 42. */
  readonly seed?: number;
  /** Photos a step; default 64. */
  readonly batchSize?: number;
  /**
   * How photos are divided into batches, anew in each epoch: "shuffled", or "stratified": the numbers of a class in any two batches
   * differ by one at most, so that no batch is without a class that has photos for all. Photos with any number of labels are spread by
   * their rarest one, values by the first value. Default "shuffled".
   */
  readonly batches?: "shuffled" | "stratified";
  /**
   * Photos that are run together while layers of the network are trained: a step sums the gradients of as many parts as make
   * `batchSize`. Bounds memory and the time that cancelling waits; the step is the same, unless batch normalisations are
   * trained. Default: what takes about 200 ms or 400 MB, and 16 at least where they are.
   */
  readonly microBatch?: number;
  /**
   * Batch normalisations once layers are unfrozen, the head's included: "frozen" keeps the running statistics, "trained" goes
   * by those of each `microBatch` and learns the running ones, as PyTorch does in training mode. Default "frozen".
   */
  readonly batchNorm?: "frozen" | "trained";
  /** How photos are prepared, where it should differ from what the model says. */
  readonly image?: ImageOptions;
  /** Cancels the opening; a download under way goes on from there the next time. */
  readonly signal?: AbortSignal;
  /** Told how far the download of the network has come, where there is one. */
  readonly onProgress?: (progress: Progress) => void;
}

/** @throws RegraftError "invalid-argument" naming the option */
export function toSpec(options: LearnerOptions<Task>): LearnerSpec {
  checkFields("createLearner's options", options, optionNames);
  const { model = "efficientnet-lite0", data, seed = 42, batchSize = 64, batches = "shuffled" } = options;
  if (!isName(model) && !(model instanceof Uint8Array))
    throw invalidArgument("model", "a name, a path or the bytes of an ONNX file", model);
  checkData(data);
  const { metrics = defaultMetrics[data.task] } = options;
  checkMetrics(metrics, data.task);
  whole("seed", seed, 0, 2 ** 32 - 1);
  whole("batchSize", batchSize, 1, 65536);
  if (batches !== "shuffled" && batches !== "stratified")
    throw invalidArgument("batches", '"shuffled" or "stratified"', batches);
  checkSignal(options.signal);
  checkFunction("onProgress", options.onProgress);
  return {
    model,
    data,
    head: headOf(options.head),
    cut: cutOf(options.cut),
    layerGroups: layerGroupsOf(options.layerGroups),
    metrics,
    seed,
    batchSize,
    batches,
    optimizer: optimizerOf(options.optimizer),
    clipNorm: clipNormOf(options.clipNorm),
    microBatch: microBatchOf(options.microBatch),
    batchNorm: batchNormOf(options.batchNorm),
    loss: lossOf(options.loss, data.task),
    device: deviceOf(options.device),
    cache: cacheOf(options.cache),
    image: imageOf(options.image),
    augment: augmentOf(options.augment),
  };
}

/** Refuses what no dataset is described by. */
export function checkData(data: unknown): void {
  if (!isDataset(data)) throw invalidArgument("data", "what imageFolder(), imageCsv() or imageList() returns", data);
}

function cutOf(cut: unknown): string | undefined {
  if (cut === undefined || isName(cut)) return cut;
  throw invalidArgument("cut", "the name of a value in the network", cut);
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

const optionNames: Names<LearnerOptions<Task>> = {
  model: true,
  data: true,
  head: true,
  cut: true,
  layerGroups: true,
  optimizer: true,
  clipNorm: true,
  microBatch: true,
  batchNorm: true,
  loss: true,
  metrics: true,
  device: true,
  cache: true,
  seed: true,
  batchSize: true,
  batches: true,
  image: true,
  augment: true,
  signal: true,
  onProgress: true,
};
