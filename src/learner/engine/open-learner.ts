// Everything a learner needs before its first photo is decoded: options resolved against model and data, or refused.
import type { BatchAugment } from "../../datasets/augment/augment-spec.js";
import { type PhotoSet, resolvePhotos } from "../../datasets/photo-set.js";
import { type Head, weightsOf } from "../../heads/head.js";
import type { Units } from "../../heads/in-units.js";
import { writeModel } from "../../onnx/write.js";
import { createOptimizer } from "../../optimizers/create-optimizer.js";
import type { Optimizer } from "../../optimizers/optimizer.js";
import type { Loss } from "../../training-graph/loss.js";
import type { CallContext } from "../border/channel.js";
import type { LearnerSpec } from "../border/spec.js";
import { type ChosenDevice, chooseDevice } from "./device/device.js";
import { openOnDevice } from "./device/open-on-device.js";
import type { Storage } from "./features/storage.js";
import { type Backbone, backboneOf } from "./layers/backbone.js";
import { type Boundary, openBoundary } from "./layers/boundary.js";
import { placesFor } from "./layers/places.js";
import { evaluatorOf } from "./model/evaluator.js";
import type { Network } from "./model/frozen-network.js";
import { loadPretrained, type Pretrained } from "./model/pretrained.js";
import { join, type Platform } from "./platform.js";
import { createHead, type HeadAim } from "./training/create-head.js";
import { objectiveFor } from "./training/loss-for.js";
import type { Origin } from "./training/pretrained-head.js";
import type { TrainingState } from "./training/steps.js";

/** What changes where a learner grows. */
export interface Purpose {
  readonly spec: LearnerSpec;
  readonly photos: PhotoSet;
  /** On the network's features. */
  readonly head: Head;
  readonly loss: Loss;
  /** Of values, those that the head's logits are made of. */
  readonly units: Units | undefined;
  /** What the caller should know of how the head begins, in sentences. */
  readonly notices: readonly string[];
}

/** What stays as it is until it does. */
export interface OpenedLearner extends Purpose {
  readonly device: ChosenDevice;
  readonly pretrained: Pretrained;
  readonly network: Network;
  readonly backbone: Backbone;
  readonly optimizer: Optimizer;
  /** Divides the network after so many layer groups; `state` is what was learnt of those that are frozen then. */
  readonly divide: (first: number, state: TrainingState, signal: AbortSignal) => Promise<Boundary>;
  /** The same network, to be divided anew. */
  readonly withPurpose: (purpose: Purpose) => OpenedLearner;
}

/**
 * The boundary is at the head.
 * @throws RegraftError for a model, data set or device that cannot be used, before anything long begins.
 */
export async function openLearner(
  platform: Platform,
  spec: LearnerSpec,
  context: CallContext,
): Promise<{ readonly opened: OpenedLearner; readonly boundary: Boundary }> {
  const { signal } = context;
  const { runtime } = platform;
  const optimizer = createOptimizer(spec.optimizer);
  const wanted = spec.device;
  const chosen = await chooseDevice(runtime, wanted);
  const photos = await resolvePhotos(spec.data, platform.photos);
  const { loss, units } = await objectiveFor(spec.loss, photos, { mixed: isMixing(spec.augment) });
  signal.throwIfAborted();
  const { maxSkipped: _, ...image } = spec.image;
  const pretrained = await loadPretrained(platform, spec.model, image, context);
  signal.throwIfAborted();
  const pool = spec.head.kind === "mlp" ? "concat" : "own";
  const request = { at: spec.cut ?? pretrained.cut, pool } as const;
  const { device, network } = await openOnDevice(runtime, { wanted, device: chosen }, pretrained, request);
  try {
    const evaluate = evaluatorOf(runtime, pretrained.name, device.once);
    const backbone = backboneOf(network, {
      source: pretrained.name,
      // Another cut is another network: the names need not be in it.
      ends: spec.layerGroups ?? (spec.cut === undefined ? pretrained.layerGroups : undefined),
      evaluate,
    });
    const { head, notices } = await headFor(spec, { ...photos, units }, { pretrained, network, evaluate });
    const divided = (own: Purpose, first: number, state: TrainingState, signal: AbortSignal, network?: Network) => {
      const places = placesFor(runtime, { device, wanted }, signal);
      return openBoundary(first, { ...trainedBy(own), backbone, optimizer, state, ...places }, network);
    };
    const withPurpose = (own: Purpose): OpenedLearner => ({
      ...{ ...own, device, pretrained, network, backbone, optimizer, withPurpose },
      divide: (first, state, signal) => divided(own, first, state, signal),
    });
    const opened = withPurpose({ spec, photos, head, loss, units, notices });
    return { opened, boundary: await divided(opened, backbone.groups.length, {}, signal, network) };
  } catch (error) {
    await network.session.release();
    throw error;
  }
}

const trainedBy = ({ head, loss, spec }: Purpose) => ({
  ...{ head, loss },
  clipNorm: spec.clipNorm,
  batchSize: spec.batchSize,
  microBatch: spec.microBatch,
  trainStatistics: spec.batchNorm === "trained",
});

async function headFor(
  spec: LearnerSpec,
  aim: HeadAim,
  origin: Origin,
): Promise<{ readonly head: Head; readonly notices: readonly string[] }> {
  const size = { features: origin.network.featureCount, classes: aim.classes.length };
  const bare = await createHead(spec.head, size, spec.seed);
  const { pretrainedHead } = spec.head.kind === "pretrained" ? await import("./training/pretrained-head.js") : {};
  const { head, notice } = (await pretrainedHead?.(bare, aim, origin)) ?? { head: bare };
  const notices = notice === undefined ? [] : [notice];
  if (!aim.units) return { head, notices };
  const { inUnits } = await import("../../heads/in-units.js");
  return { head: inUnits(head, aim.units), notices };
}

/** A head's parameters and buffers within a training state. */
export const weightsIn = (head: Head, state: TrainingState): TrainingState =>
  Object.fromEntries(Object.keys(weightsOf(head)).map((name) => [name, state[name]!]));

/** Where rows of this learner's photos are kept from one learner to the next, if that is asked for, and makes sense. */
export async function storageOf(
  learner: OpenedLearner,
  boundary: Boundary,
  platform: Platform,
): Promise<Storage | undefined> {
  const key = await storageKey(learner, boundary);
  return key === undefined ? undefined : platform.storage(join(learner.spec.cache.folder!, key));
}

/** The name of the folder that they are kept in, within `cache.folder`. */
export async function storageKey(
  { network, spec, device }: OpenedLearner,
  { model }: Boundary,
): Promise<string | undefined> {
  if (spec.cache.folder === undefined || !model) return undefined;
  const { featureKey } = await import("./features/feature-key.js");
  return featureKey({ model: writeModel(model), transform: network.transform, device: device.options.device });
}

/** Whether photos of a batch are mixed, and labels with them. */
export const isMixing = (augment: BatchAugment | undefined): boolean =>
  augment !== undefined && (augment.mixup > 0 || augment.cutmix > 0);
