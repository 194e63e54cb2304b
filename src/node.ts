// regraft for Node: the public names, bound to worker threads, onnxruntime-node and sharp.
import { pathToFileURL } from "node:url";
import { isObject } from "./arguments.js";
import type { Task } from "./datasets/task.js";
import { invalidArgument } from "./errors.js";
import type { Host } from "./learner/border/host.js";
import { checkLoadOptions, type LoadOptions, loadLearnerOn } from "./learner/checkpoint/load-learner.js";
import { createLearnerOn } from "./learner/create-learner.js";
import type { Learner } from "./learner/learner.js";
import { type Classifier, type ClassifierOptions, loadClassifierOn } from "./learner/load-classifier.js";
import { localHost, workerHost } from "./learner/node/host.js";
import { nodePlatform } from "./learner/node/platform.js";
import type { LearnerOptions } from "./learner/options.js";
import { type PlatformOptions, platformOptions } from "./learner/platform-options.js";

/**
 * Opens a pretrained network and the photos to train it on, in a worker thread.
 * @throws RegraftError "invalid-argument", "model-not-found", "invalid-model", "unsupported-model",
 * "no-classifier-found", "invalid-dataset", "device-unavailable", "file-access", "download-failed", "checksum-mismatch"
 */
export async function createLearner<T extends Task = "single-label">(
  options: LearnerOptions<T> & PlatformOptions,
): Promise<Learner<T>> {
  const [{ worker }, rest] = platformOptions<LearnerOptions<T>>(options);
  return createLearnerOn(hostFor(worker), rest);
}

/**
 * Makes the learner of a checkpoint anew, with its own options, and goes to where it stood: `resume` then goes on with a
 * training that was broken off.
 * @throws RegraftError "invalid-checkpoint", "checkpoint-mismatch", and what `createLearner` throws
 */
export async function loadLearner(folder: string, options: LoadOptions & PlatformOptions = {}): Promise<Learner> {
  checkLoadOptions(options);
  const [{ worker }, rest] = platformOptions<LoadOptions>(options);
  return loadLearnerOn(hostFor(worker), folder, rest);
}

/**
 * Opens an exported folder to predict with.
 * @typeParam T what it was trained for, for the types of what it gives: `loadClassifier<"multi-label">(folder)`.
 * @throws RegraftError "invalid-model", "file-access", "device-unavailable"
 */
export async function loadClassifier<T extends Task = "single-label">(
  folder: string,
  options: ClassifierOptions & PlatformOptions = {},
): Promise<Classifier<T>> {
  if (!isObject(options)) throw invalidArgument("loadClassifier's options", "an object of options", options);
  const [{ worker }, rest] = platformOptions<ClassifierOptions>(options);
  return loadClassifierOn(hostFor(worker), folder, rest);
}

function hostFor(worker: PlatformOptions["worker"] = new URL("./node-worker.js", import.meta.url)): Host {
  if (worker === false) {
    const pictures = new URL("./node-picture-worker.js", import.meta.url);
    return localHost(nodePlatform(new URL("../models/", import.meta.url), pictures));
  }
  if (worker instanceof URL) return workerHost(worker);
  return workerHost(worker.startsWith("file:") ? new URL(worker) : pathToFileURL(worker));
}

export * from "./exports.js";
