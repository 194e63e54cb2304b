// What is trained above the boundary: its graphs, opened where they are to run.
import type { Head } from "../../../heads/head.js";
import type { UnfrozenLayers } from "../../../heads/unfrozen.js";
import type { Model } from "../../../onnx/graph.js";
import type { Optimizer } from "../../../optimizers/optimizer.js";
import type { Session } from "../../../runtime/session.js";
import { evaluationGraph, trainingGraph } from "../../../training-graph/assemble.js";
import type { LossFunction } from "../../../training-graph/loss.js";
import type { Sums } from "../../../training-graph/micro-batches.js";
import { loopSteps } from "../training/loop-steps.js";
import type { BeginTraining } from "../training/steps.js";
import type { Backbone } from "./backbone.js";
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
const mostRowsPerRun = 1024;

export async function openTrained(parts: TrainedParts, device: Workplace): Promise<Trained> {
  const { layers } = parts;
  if (!layers) return openHead(parts, device);
  const { openLayers } = await import("./open-steps.js");
  const trained = await openLayers(layers, parts, device);
  return { ...trained, rowsPerRun: Math.min(mostRowsPerRun, trained.rowsPerRun) };
}

export type HeadParts = Pick<TrainedParts, "head" | "loss" | "optimizer" | "clipNorm" | "features" | "batchSize">;

export async function openHead(parts: HeadParts, device: Workplace): Promise<Trained> {
  const { head, loss, features, batchSize } = parts;
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  const trained = { head, evaluator, rowsPerRun: mostRowsPerRun };
  if (device.loops) {
    return { ...trained, begin: loopSteps(await device.open(trainingGraph(parts), "the training graph")) };
  }
  const { openSteps } = await import("./open-steps.js");
  const steps = { head, groups: 1, groupOf: () => 0, rowsPerRun: batchSize };
  return { ...trained, ...(await openSteps(steps, parts, device)) };
}
