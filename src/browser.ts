// regraft for browsers: the public names, bound to Web Workers, onnxruntime-web and the browser's own decoders.
import { isObject } from "./arguments.js";
import type { Task } from "./datasets/task.js";
import { invalidArgument, RegraftError } from "./errors.js";
import type { Host } from "./learner/border/host.js";
import { webWorkerHost } from "./learner/browser/host.js";
import { createLearnerOn } from "./learner/create-learner.js";
import type { Learner } from "./learner/learner.js";
import type { Classifier, ClassifierOptions } from "./learner/load-classifier.js";
import type { LearnerOptions } from "./learner/options.js";
import { type PlatformOptions, platformOptions } from "./learner/platform-options.js";

/**
 * Opens a pretrained network and the photos to train it on, in a Web Worker.
 * @throws RegraftError "invalid-argument", "model-not-found", "invalid-model", "unsupported-model",
 * "no-classifier-found", "invalid-dataset", "device-unavailable", "file-access", "download-failed", "checksum-mismatch",
 * "worker-failed"
 */
export async function createLearner<T extends Task = "single-label">(
  options: LearnerOptions<T> & PlatformOptions,
): Promise<Learner<T>> {
  const [places, rest] = platformOptions<LearnerOptions<T>>(options);
  return createLearnerOn(hostFor(places), rest);
}

/**
 * Opens an exported folder to predict with.
 * @typeParam T what it was trained for, for the types of what it gives: `loadClassifier<"multi-label">(folder)`.
 * @throws RegraftError "invalid-model", "download-failed", "device-unavailable", "worker-failed"
 */
export async function loadClassifier<T extends Task = "single-label">(
  folder: string,
  options: ClassifierOptions & PlatformOptions = {},
): Promise<Classifier<T>> {
  if (!isObject(options)) throw invalidArgument("loadClassifier's options", "an object of options", options);
  const [places, rest] = platformOptions<ClassifierOptions>(options);
  const { loadClassifierOn } = await import("./learner/load-classifier.js");
  return loadClassifierOn(hostFor(places), folder, rest);
}

function hostFor({ worker, models, wasmPaths }: PlatformOptions): Host {
  if (!isSecureContext) {
    const reason = "the page is not secure";
    const message = `regraft cannot work here: ${reason}. Serve it over https, or from localhost.`;
    throw new RegraftError("worker-failed", { reason }, message);
  }
  if (worker === false) throw invalidArgument("worker", "the URL of the worker's file, in a browser", worker);
  const base = document.baseURI;
  const address = (place: URL | string): string => new URL(place, base).href;
  const folder = (place: URL | string | undefined) => place && address(place).replace(/\/?$/, "/");
  const start = (): Worker =>
    worker === undefined
      ? new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" })
      : new Worker(address(worker), { type: "module" });
  return webWorkerHost(start, { base, models: folder(models), wasmPaths: folder(wasmPaths) });
}

export * from "./exports.js";
