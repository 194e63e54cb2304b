// Where the network is divided at present: what runs once per photo, and what is trained on what it says.
import type { Head } from "../../../heads/head.js";
import { type UnfrozenLayers, unfrozenHead } from "../../../heads/unfrozen.js";
import { activationBytes, multiplyAdds } from "../../../onnx/costs.js";
import type { Graph, Model } from "../../../onnx/graph.js";
import type { Optimizer } from "../../../optimizers/optimizer.js";
import type { Session } from "../../../runtime/session.js";
import { sizeOf } from "../../../tensor.js";
import { evaluationGraph, trainingGraph } from "../../../training-graph/assemble.js";
import type { LossFunction } from "../../../training-graph/loss.js";
import { gradientGraph, updateGraph } from "../../../training-graph/micro-batches.js";
import type { FrozenNetwork } from "../model/frozen-network.js";
import { loopSteps } from "../training/loop-steps.js";
import type { BeginTraining, TrainingState } from "../training/steps.js";
import { summedSteps } from "../training/summed-steps.js";
import { type Backbone, boundaryOf, frozenPart, groupsBy, unfrozenPart } from "./backbone.js";
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

// A run of the head on cached features stays below 200 ms even with 1000 classes on 4096 features (4 G multiply-adds).
const headRowsPerRun = 1024;
/** Multiply-adds forward; with the way back three times that, some 200 ms of two cores. */
const workPerRun = 8e9;
/** Bytes of activations; a run takes up to half as much again. More rows a run are hardly faster: bench/unfrozen.ts. */
const activationsPerRun = 320 * 2 ** 20;
/** Photos whose mean and variance say something of others. */
const fewestForStatistics = 16;

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
    const layers = isHead ? undefined : await unfrozenPart(backbone, first, options);
    const model = frozenPart(backbone, first, state);
    const frozen = network ?? (await openFrozen(first, model, { ...options, device }));
    const features = frozen.featureCount;
    const parts = layers
      ? await openLayers(first, { layers, features }, { ...options, device })
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

type Trained = Pick<Boundary, "head" | "begin" | "evaluator" | "rowsPerRun">;

/** @param features their number. */
export async function openHead(
  features: number,
  options: Omit<BoundaryOptions, "backbone" | "microBatch" | "trainStatistics" | "state">,
): Promise<Trained> {
  const { head, loss, optimizer, clipNorm, batchSize, device } = options;
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  const begin = device.loops
    ? loopSteps(await device.open(trainingGraph({ head, loss, optimizer, clipNorm, features }), "the training graph"))
    : await openSteps({ head, features, groups: 1, groupOf: () => 0, rowsPerRun: batchSize }, options);
  return { head, begin, evaluator, rowsPerRun: headRowsPerRun };
}

async function openLayers(
  first: number,
  { layers, features }: { layers: UnfrozenLayers; features: number },
  options: BoundaryOptions,
): Promise<Trained> {
  const { backbone, loss, batchSize, device } = options;
  const head = unfrozenHead(layers, options.head);
  const affordable = affordableRows(layers.graph);
  const sensible = options.trainStatistics ? Math.max(affordable, fewestForStatistics) : affordable;
  // Runs of one size: 16 rows at most 7 at a time are 6, 6 and 4.
  const even = Math.ceil(batchSize / Math.ceil(batchSize / sensible));
  const rowsPerRun = Math.min(batchSize, options.microBatch ?? even);
  const groups = backbone.groups.length - first + 1;
  const begin = await openSteps({ head, features, groups, groupOf: groupsBy(backbone, first), rowsPerRun }, options);
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  return { head, begin, evaluator, rowsPerRun: Math.min(headRowsPerRun, 2 * affordable) };
}

interface StepParts {
  readonly head: Head;
  readonly features: number;
  readonly groups: number;
  readonly groupOf: (parameter: string) => number;
  readonly rowsPerRun: number;
}

/** Steps of a gradient graph and an update graph. */
async function openSteps(
  { head, features, groups, groupOf, rowsPerRun }: StepParts,
  { loss, optimizer, clipNorm, device }: Pick<BoundaryOptions, "loss" | "optimizer" | "clipNorm" | "device">,
): Promise<BeginTraining> {
  const { model, zeros } = gradientGraph({ head, loss, features });
  const gradient = await device.open(model, "the gradient graph", { onDevice: true });
  const updating = updateGraph({ head, optimizer, clipNorm, sums: zeros, groups, groupOf });
  const update = await device.open(updating, "the update graph", { onDevice: true });
  return summedSteps({ gradient, update, upload: device.upload, zeros, rowsPerRun, groups });
}

const affordableRows = (graph: Graph): number =>
  Math.max(1, Math.floor(Math.min(workPerRun / multiplyAdds(graph), activationsPerRun / activationBytes(graph))));
