// The options of createLearner: what a caller may write, checked once, before any worker is started.
import type { ImageFolder } from "../datasets/image-folder.js";
import type { ImageList } from "../datasets/image-list.js";
import type { ImageTransform } from "../datasets/transform.js";
import { invalidArgument } from "../errors.js";
import { type SgdOptions, sgd } from "../optimizers/sgd.js";
import type { Device } from "../runtime/devices.js";
import type { ClassWeights, LearnerSpec } from "./border/spec.js";
import { type MetricName, metric } from "./engine/metrics.js";

export interface LearnerOptions {
  /**
   * The pretrained network: a name in `models/`, a path to an .onnx file, a folder that `exportOnnx` wrote, or an .onnx
   * file's bytes. Default "efficientnet-lite0", which the package brings along.
   */
  readonly model?: string | Uint8Array;
  /** The photos, see `imageFolder` and `imageList`. */
  readonly data: ImageFolder | ImageList;
  /** What is trained on the network's features: one dense layer. */
  readonly head?: "linear";
  /** Default "sgd" with momentum 0.9. */
  readonly optimizer?: "sgd" | (SgdOptions & { readonly name: "sgd" });
  /** Default "cross-entropy". */
  readonly loss?: "cross-entropy" | CrossEntropyLoss;
  /** Beside the loss, the accuracy and the confusion matrix; default ["accuracy"]. */
  readonly metrics?: readonly MetricName[];
  /** Default "auto". `threads` inside one operator: default one per physical core. */
  readonly device?: Device | { readonly name: Device; readonly threads?: number };
  /** `memoryLimit` for cached features, in bytes; default 2 GiB. */
  readonly cache?: { readonly memoryLimit?: number };
  /** Of all that is drawn at random in training; default 42. */
  readonly seed?: number;
  /** Photos a step; default 64. */
  readonly batchSize?: number;
  /** How photos are prepared, where it should differ from what the model says. */
  readonly image?: ImageOptions;
  /** Cancels the opening. */
  readonly signal?: AbortSignal;
}

export interface CrossEntropyLoss {
  readonly name: "cross-entropy";
  /** In [0, 1): the part of the target spread over all classes; default 0. */
  readonly labelSmoothing?: number;
  /** Weights by class name, or "balanced" to let every class count alike; default: all 1. */
  readonly classWeights?: ClassWeights;
}

export interface ImageOptions extends Partial<ImageTransform> {
  /** The share of photos that may be unreadable before training is refused; default 0.1. */
  readonly maxSkipped?: number;
}

/** @throws RegraftError "invalid-argument" naming the option */
export function toSpec(options: LearnerOptions): LearnerSpec {
  checkFields("createLearner's options", options, optionNames);
  const {
    model = "efficientnet-lite0",
    data,
    head = "linear",
    metrics = ["accuracy"],
    seed = 42,
    batchSize = 64,
  } = options;
  if (!(typeof model === "string" && model !== "") && !(model instanceof Uint8Array))
    throw invalidArgument("model", "a name, a path or the bytes of an ONNX file", model);
  if (data?.kind !== "folder" && data?.kind !== "list")
    throw invalidArgument("data", "what imageFolder() or imageList() returns", data);
  if (head !== "linear") throw invalidArgument("head", '"linear"', head);
  if (!Array.isArray(metrics)) throw invalidArgument("metrics", "a list of names", metrics);
  for (const name of metrics) metric(name);
  whole("seed", seed, 0, 2 ** 32 - 1);
  whole("batchSize", batchSize, 1, 65536);
  checkSignal(options.signal);
  return {
    model,
    data,
    head,
    metrics,
    seed,
    batchSize,
    optimizer: optimizerOf(options.optimizer),
    loss: lossOf(options.loss),
    device: deviceOf(options.device),
    memoryLimit: memoryLimitOf(options.cache),
    image: imageOf(options.image),
  };
}

function optimizerOf(optimizer: LearnerOptions["optimizer"] = "sgd"): SgdOptions {
  const known = { name: true, momentum: true, nesterov: true, weightDecay: true } as const;
  const { name, ...options } = spelledOut("optimizer", optimizer, known);
  if (name !== "sgd") throw invalidArgument("optimizer", '"sgd"', name);
  sgd(options);
  return options;
}

function lossOf(loss: LearnerOptions["loss"] = "cross-entropy"): LearnerSpec["loss"] {
  const known = { name: true, labelSmoothing: true, classWeights: true } as const;
  const { name, labelSmoothing = 0, classWeights } = spelledOut("loss", loss, known);
  if (name !== "cross-entropy") throw invalidArgument("loss", '"cross-entropy"', name);
  if (!(Number.isFinite(labelSmoothing) && labelSmoothing >= 0 && labelSmoothing < 1))
    throw invalidArgument("loss.labelSmoothing", "a number in [0, 1)", labelSmoothing);
  if (classWeights !== undefined && classWeights !== "balanced" && !isObject(classWeights))
    throw invalidArgument("loss.classWeights", '"balanced" or weights by class name', classWeights);
  return { labelSmoothing, classWeights };
}

export function deviceOf(device: LearnerOptions["device"] = "auto"): LearnerSpec["device"] {
  const { name, threads } = spelledOut("device", device, { name: true, threads: true });
  if (typeof name !== "string") throw invalidArgument("device", "the name of a device", name);
  if (threads !== undefined) whole("device.threads", threads, 1, 1024);
  return { name, threads };
}

function memoryLimitOf(cache: LearnerOptions["cache"] = {}): number {
  const { memoryLimit = 2 ** 31 } = checkFields("cache", cache, { memoryLimit: true });
  if (typeof memoryLimit === "number" && memoryLimit > 0) return memoryLimit;
  throw invalidArgument("cache.memoryLimit", "a positive number of bytes", memoryLimit);
}

/** The transform's own fields are checked once the model's are known. */
function imageOf(image: ImageOptions = {}): LearnerSpec["image"] {
  const { maxSkipped = 0.1, ...transform } = checkFields("image", image, imageNames);
  if (!(Number.isFinite(maxSkipped) && maxSkipped >= 0 && maxSkipped <= 1))
    throw invalidArgument("image.maxSkipped", "a share in [0, 1]", maxSkipped);
  return { maxSkipped, ...transform };
}

type Names<T> = Readonly<Record<keyof T, true>>;

const optionNames: Names<LearnerOptions> = {
  model: true,
  data: true,
  head: true,
  optimizer: true,
  loss: true,
  metrics: true,
  device: true,
  cache: true,
  seed: true,
  batchSize: true,
  image: true,
  signal: true,
};

const imageNames: Names<ImageOptions> = {
  resize: true,
  crop: true,
  resample: true,
  mean: true,
  std: true,
  maxPixels: true,
  maxSkipped: true,
};

/** `"sgd"` is short for `{ name: "sgd" }`. */
const spelledOut = <T extends { readonly name: string }>(option: string, given: string | T, known: Names<T>): T =>
  typeof given === "string" ? ({ name: given } as T) : checkFields(option, given, known);

/** Refuses what is no object, and fields that are not known: a misspelt option must not pass as a default. */
function checkFields<T extends object>(option: string, given: T, known: Names<T>): T {
  if (!isObject(given)) throw invalidArgument(option, "an object of options", given);
  const stranger = Object.keys(given).find((field) => !Object.hasOwn(known, field));
  if (stranger === undefined) return given;
  throw invalidArgument(option, `options among ${Object.keys(known).join(", ")}`, stranger);
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses what names no folder; "" would be the current one. */
export function checkFolder(folder: unknown): void {
  if (typeof folder !== "string" || folder === "") throw invalidArgument("folder", "the path of a folder", folder);
}

/** Refuses what cannot cancel anything. */
export function checkSignal(signal: unknown): void {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalidArgument("signal", "an AbortSignal", signal);
}

/** Refuses what is no whole number between the two, both included. */
export function whole(name: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw invalidArgument(name, `a whole number from ${least} to ${most}`, value);
}
