// Where the network is divided at present: what runs once per photo, and what is trained on what it says.
import type { Head } from "../../../heads/head.js";
import type { Model } from "../../../onnx/graph.js";
import type { Optimizer } from "../../../optimizers/optimizer.js";
import type { Session } from "../../../runtime/session.js";
import { sizeOf } from "../../../tensor.js";
import { evaluationGraph, trainingGraph } from "../../../training-graph/assemble.js";
import type { LossFunction } from "../../../training-graph/loss.js";
import type { FrozenNetwork } from "../model/frozen-network.js";
import { loopSteps } from "../training/loop-steps.js";
import type { BeginTraining, TrainingState } from "../training/steps.js";
import { type Backbone, boundaryOf, frozenPart } from "./backbone.js";
import type { Workplace } from "./workplace.js";

export interface Boundary {
  /** Layer groups that are frozen; as many as the network has: only the head is trained. */
  readonly first: number;
  /** From photos to the rows that are cached. */
  readonly frozen: FrozenNetwork;
  /** The same as a model; absent: the rows are the photos' pixels. */
  readonly model: Model | undefined;
  /** All that is trained. */
  readonly head: Head;
  readonly begin: BeginTraining;
  /** See `evaluationGraph`; so many rows are one run. */
  readonly evaluator: Session;
  readonly rowsPerRun: number;
  /** Gives all its memory back. */
  release(): Promise<void>;
}

export interface BoundaryOptions {
  readonly backbone: Backbone;
  readonly head: Head;
  readonly loss: LossFunction;
  readonly optimizer: Optimizer;
  readonly clipNorm: number | undefined;
  readonly batchSize: number;
  /** Rows of a batch that are run together; undefined: as many as time and memory allow. */
  readonly microBatch: number | undefined;
  readonly trainStatistics: boolean;
  /** What was learnt so far. */
  readonly state: TrainingState;
  readonly device: Workplace;
}

/** A run of the head on cached features stays below 200 ms even with 1000 classes on 4096 features (4 G multiply-adds). */
export const headRowsPerRun = 1024;

/**
 * @param network a session on the whole network as it came, which the boundary takes over; absent: it opens its own.
 * @throws RegraftError "unsupported-op", "unsupported-model", and what `open` throws; nothing stays open then but `network`.
 */
export async function openBoundary(
  first: number,
  options: BoundaryOptions,
  network?: FrozenNetwork,
): Promise<Boundary> {
  const sessions: Session[] = [];
  const open: Workplace["open"] = async (...args) => {
    const session = await options.device.open(...args);
    sessions.push(session);
    return session;
  };
  const device = { ...options.device, open };
  const release = async (): Promise<void> => {
    for (const session of [...sessions, ...(network?.session ? [network.session] : [])]) await session.release();
  };
  try {
    const { backbone, state } = options;
    const isHead = first === backbone.groups.length;
    // First of all: it refuses what cannot be trained.
    const layers = isHead
      ? undefined
      : await (await import("./unfrozen-part.js")).unfrozenPart(backbone, first, options);
    const model = frozenPart(backbone, first, state);
    const frozen = network ?? (await openFrozen(first, model, { ...options, device }));
    const features = frozen.featureCount;
    const parts = layers
      ? await (await import("./open-steps.js")).openLayers(first, { layers, features }, { ...options, device })
      : await openHead(features, { ...options, device });
    return { first, frozen, model, ...parts, release };
  } catch (error) {
    for (const session of sessions) await session.release();
    throw error;
  }
}

async function openFrozen(
  first: number,
  model: Model | undefined,
  { backbone, device: { open } }: BoundaryOptions,
): Promise<FrozenNetwork> {
  const { shape } = (await backbone.types()).get(boundaryOf(backbone, first))!;
  const session = model && (await open(model, "the frozen layers"));
  const featureCount = sizeOf(shape.slice(1) as readonly number[]);
  return { session, featureCount };
}

export type Trained = Pick<Boundary, "head" | "begin" | "evaluator" | "rowsPerRun">;

/** @param features their number. */
export async function openHead(
  features: number,
  options: Omit<BoundaryOptions, "backbone" | "microBatch" | "trainStatistics" | "state">,
): Promise<Trained> {
  const { head, loss, optimizer, clipNorm, batchSize, device } = options;
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  const trained = { head, evaluator, rowsPerRun: headRowsPerRun };
  if (device.loops) {
    const model = trainingGraph({ head, loss, optimizer, clipNorm, features });
    return { ...trained, begin: loopSteps(await device.open(model, "the training graph")) };
  }
  const { openSteps } = await import("./open-steps.js");
  const parts = { head, features, groups: 1, groupOf: () => 0, rowsPerRun: batchSize };
  return { ...trained, begin: await openSteps(parts, options) };
}
