// What is trained above the boundary: its graphs, opened where they are to run.
import type { Head } from "../../../heads/head.js";
import { type UnfrozenLayers, unfrozenHead } from "../../../heads/unfrozen.js";
import { activationBytes, multiplyAdds } from "../../../onnx/costs.js";
import type { Graph, Model } from "../../../onnx/graph.js";
import type { Optimizer } from "../../../optimizers/optimizer.js";
import type { Session } from "../../../runtime/session.js";
import { evaluationGraph, trainingGraph } from "../../../training-graph/assemble.js";
import type { LossFunction } from "../../../training-graph/loss.js";
import { gradientGraph, type Sums, updateGraph } from "../../../training-graph/micro-batches.js";
import { loopSteps } from "../training/loop-steps.js";
import type { BeginTraining } from "../training/steps.js";
import { summedSteps } from "../training/summed-steps.js";
import { type Backbone, groupsBy } from "./backbone.js";
import type { Workplace } from "./workplace.js";

export interface Trained {
  /** All that is trained. */
  readonly head: Head;
  readonly begin: BeginTraining;
  /** Absent: steps are taken in a Loop. */
  readonly gradient?: OpenedGradient;
  /** See `evaluationGraph`; so many rows are one run. */
  readonly evaluator: Session;
  readonly rowsPerRun: number;
}

/** See `gradientGraph`. */
export interface OpenedGradient {
  readonly model: Model;
  readonly zeros: Sums;
  /** For `runOnDevice`. */
  readonly session: Session;
}

export interface TrainedOptions {
  readonly backbone: Backbone;
  readonly head: Head;
  readonly loss: LossFunction;
  readonly optimizer: Optimizer;
  readonly clipNorm: number | undefined;
  readonly batchSize: number;
  /** Rows of a batch that are run together; undefined: as many as time and memory allow. */
  readonly microBatch: number | undefined;
  readonly trainStatistics: boolean;
}

export interface TrainedParts extends TrainedOptions {
  /** Layer groups that are frozen. */
  readonly first: number;
  /** Absent: the head alone. */
  readonly layers: UnfrozenLayers | undefined;
  /** Width of the rows. */
  readonly features: number;
}

// A run of the head on cached features stays below 200 ms even with 1000 classes on 4096 features (4 G multiply-adds).
const headRowsPerRun = 1024;
/** Multiply-adds forward; with the way back three times that, some 200 ms of two cores. */
const workPerRun = 8e9;
/** Bytes of activations; a run takes up to half as much again. More rows a run are hardly faster: bench/unfrozen.ts. */
const activationsPerRun = 320 * 2 ** 20;
/** Photos whose mean and variance say something of others. */
const fewestForStatistics = 16;

export const openTrained = (parts: TrainedParts, device: Workplace): Promise<Trained> =>
  parts.layers ? openLayers(parts.layers, parts, device) : openHead(parts, device);

async function openHead(parts: TrainedParts, device: Workplace): Promise<Trained> {
  const { head, loss, optimizer, clipNorm, features, batchSize } = parts;
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  const steps = device.loops
    ? {
        begin: loopSteps(
          await device.open(trainingGraph({ head, loss, optimizer, clipNorm, features }), "the training graph"),
        ),
      }
    : await openSteps({ head, groups: 1, groupOf: () => 0, rowsPerRun: batchSize }, parts, device);
  return { head, ...steps, evaluator, rowsPerRun: headRowsPerRun };
}

async function openLayers(layers: UnfrozenLayers, parts: TrainedParts, device: Workplace): Promise<Trained> {
  const { backbone, first, features, loss, batchSize } = parts;
  const head = unfrozenHead(layers, parts.head);
  const affordable = affordableRows(layers.graph);
  const sensible = parts.trainStatistics ? Math.max(affordable, fewestForStatistics) : affordable;
  // Runs of one size: 16 rows at most 7 at a time are 6, 6 and 4.
  const even = Math.ceil(batchSize / Math.ceil(batchSize / sensible));
  const rowsPerRun = Math.min(batchSize, parts.microBatch ?? even);
  const groups = backbone.groups.length - first + 1;
  const steps = await openSteps({ head, groups, groupOf: groupsBy(backbone, first), rowsPerRun }, parts, device);
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  return { head, ...steps, evaluator, rowsPerRun: Math.min(headRowsPerRun, 2 * affordable) };
}

interface StepParts {
  readonly head: Head;
  readonly groups: number;
  readonly groupOf: (parameter: string) => number;
  readonly rowsPerRun: number;
}

/** Steps of a gradient graph and an update graph. */
async function openSteps(
  { head, groups, groupOf, rowsPerRun }: StepParts,
  { loss, optimizer, clipNorm, features }: TrainedParts,
  device: Workplace,
): Promise<Required<Pick<Trained, "begin" | "gradient">>> {
  const { model, zeros } = gradientGraph({ head, loss, features });
  const session = await device.open(model, "the gradient graph", { onDevice: true });
  const updating = updateGraph({ head, optimizer, clipNorm, sums: zeros, groups, groupOf });
  const update = await device.open(updating, "the update graph", { onDevice: true });
  const begin = summedSteps({ gradient: session, update, upload: device.upload, zeros, rowsPerRun, groups });
  return { begin, gradient: { model, zeros, session } };
}

const affordableRows = (graph: Graph): number =>
  Math.max(1, Math.floor(Math.min(workPerRun / multiplyAdds(graph), activationsPerRun / activationBytes(graph))));
