// Everything a learner needs before its first photo is decoded: options resolved against model and data, or refused.
import { type PhotoSet, resolvePhotos } from "../../datasets/photo-set.js";
import type { Head } from "../../heads/head.js";
import { linearHead } from "../../heads/linear.js";
import type { Model } from "../../onnx/graph.js";
import { writeModel } from "../../onnx/write.js";
import type { Optimizer } from "../../optimizers/optimizer.js";
import { sgd } from "../../optimizers/sgd.js";
import { type DeviceName, sessionOptionsFor } from "../../runtime/devices.js";
import type { Session } from "../../runtime/session.js";
import { evaluationGraph, trainingGraph } from "../../training-graph/assemble.js";
import { crossEntropy, type LossFunction } from "../../training-graph/loss.js";
import type { LearnerSpec } from "../border/spec.js";
import { classWeights } from "./class-weights.js";
import { type Network, openNetwork } from "./network.js";
import type { Platform } from "./platform.js";
import { loadPretrained, type Pretrained } from "./pretrained.js";
import type { TrainingState } from "./trainer.js";

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
export async function openLearner(platform: Platform, spec: LearnerSpec, signal: AbortSignal): Promise<OpenedLearner> {
  const { runtime } = platform;
  const options = sessionOptionsFor(spec.device, runtime.devices());
  const optimizer = sgd(spec.optimizer);
  const photos = await resolvePhotos(spec.data, platform.photos);
  const loss = lossOf(spec, photos);
  signal.throwIfAborted();
  const { maxSkipped: _, ...image } = spec.image;
  const pretrained = await loadPretrained(platform, spec.model, image);
  signal.throwIfAborted();
  const network = await openNetwork(pretrained, runtime, options);
  const features = network.featureCount;
  const head = linearHead({ features, classes: photos.classes.length });
  const session = (model: Model, name: string) => runtime.createSession(writeModel(model), name, options);
  return {
    spec,
    device: options.device,
    pretrained,
    network,
    photos,
    head,
    optimizer,
    trainer: await session(trainingGraph({ head, loss, optimizer, features }), "the training graph"),
    evaluator: await session(evaluationGraph({ head, loss, features }), "the evaluation graph"),
  };
}

/** The head's weights within a training state. */
export const parametersOf = ({ parameters }: Head, state: TrainingState): TrainingState =>
  Object.fromEntries(Object.keys(parameters).map((name) => [name, state[name]!]));

function lossOf({ loss }: LearnerSpec, { classes, photos }: PhotoSet): LossFunction {
  const labels = Int32Array.from(photos.flatMap(({ label, split }) => (split === "train" ? [label] : [])));
  return crossEntropy({
    classes: classes.length,
    labelSmoothing: loss.labelSmoothing,
    classWeights: classWeights(loss.classWeights, classes, labels),
  });
}
