// Everything a learner needs before its first photo is decoded: options resolved against model and data, or refused.
import { type PhotoSet, resolvePhotos } from "../../datasets/photo-set.js";
import { type Head, weightsOf } from "../../heads/head.js";
import type { Model } from "../../onnx/graph.js";
import { writeModel } from "../../onnx/write.js";
import type { Optimizer } from "../../optimizers/optimizer.js";
import { sgd } from "../../optimizers/sgd.js";
import { type DeviceName, sessionOptionsFor } from "../../runtime/devices.js";
import type { Session } from "../../runtime/session.js";
import { evaluationGraph, trainingGraph } from "../../training-graph/assemble.js";
import { crossEntropy, type LossFunction } from "../../training-graph/loss.js";
import type { CallContext } from "../border/channel.js";
import type { LearnerSpec } from "../border/spec.js";
import { featureKey } from "./features/feature-key.js";
import type { Storage } from "./features/storage.js";
import type { Network } from "./model/frozen-network.js";
import { openNetwork } from "./model/network.js";
import { loadPretrained, type Pretrained } from "./model/pretrained.js";
import { join, type Platform } from "./platform.js";
import { classWeights } from "./training/class-weights.js";
import { createHead } from "./training/create-head.js";
import type { TrainingState } from "./training/trainer.js";

export interface OpenedLearner {
  readonly spec: LearnerSpec;
  readonly device: DeviceName;
  readonly pretrained: Pretrained;
  readonly network: Network;
  readonly photos: PhotoSet;
  readonly head: Head;
  readonly optimizer: Optimizer;
  /** See `trainingGraph` and `evaluationGraph`. */
  readonly trainer: Session;
  readonly evaluator: Session;
}

/** @throws RegraftError for a model, data set or device that cannot be used, before anything long begins. */
export async function openLearner(platform: Platform, spec: LearnerSpec, context: CallContext): Promise<OpenedLearner> {
  const { signal } = context;
  const { runtime } = platform;
  const options = sessionOptionsFor(spec.device, runtime.devices());
  const optimizer = sgd(spec.optimizer);
  const photos = await resolvePhotos(spec.data, platform.photos);
  const loss = lossOf(spec, photos);
  signal.throwIfAborted();
  const { maxSkipped: _, ...image } = spec.image;
  const pretrained = await loadPretrained(platform, spec.model, image, context);
  signal.throwIfAborted();
  const pool = spec.head.kind === "mlp" ? "concat" : "own";
  const network = await openNetwork(pretrained, runtime, options, { at: spec.cut ?? pretrained.cut, pool });
  const features = network.featureCount;
  const sessions = [network.session];
  const open = async (model: Model, name: string): Promise<Session> => {
    const session = await runtime.createSession(writeModel(model), name, options);
    sessions.push(session);
    return session;
  };
  try {
    const head = createHead(spec.head, { features, classes: photos.classes.length }, spec.seed);
    const trainer = await open(trainingGraph({ head, loss, optimizer, features }), "the training graph");
    const evaluator = await open(evaluationGraph({ head, loss, features }), "the evaluation graph");
    return { spec, device: options.device, pretrained, network, photos, head, optimizer, trainer, evaluator };
  } catch (error) {
    for (const session of sessions) await session.release();
    throw error;
  }
}

/** The head's parameters and buffers within a training state. */
export const weightsIn = (head: Head, state: TrainingState): TrainingState =>
  Object.fromEntries(Object.keys(weightsOf(head)).map((name) => [name, state[name]!]));

/** Where the features of this learner's photos are kept from one learner to the next, if that is asked for. */
export async function storageOf(
  { network, spec, device }: OpenedLearner,
  platform: Platform,
): Promise<Storage | undefined> {
  const { folder } = spec.cache;
  if (folder === undefined) return undefined;
  const key = await featureKey({ model: writeModel(network.model), transform: network.transform, device });
  return platform.storage(join(folder, key));
}

function lossOf({ loss }: LearnerSpec, { classes, photos }: PhotoSet): LossFunction {
  const labels = Int32Array.from(photos.flatMap(({ label, split }) => (split === "train" ? [label] : [])));
  return crossEntropy({
    classes: classes.length,
    labelSmoothing: loss.labelSmoothing,
    classWeights: classWeights(loss.classWeights, classes, labels),
  });
}
