// What is trained above the boundary, and what it is made of.
import type { Head } from "../../../heads/head.js";
import type { UnfrozenLayers } from "../../../heads/unfrozen.js";
import type { Model } from "../../../onnx/graph.js";
import type { Optimizer } from "../../../optimizers/optimizer.js";
import type { Session } from "../../../runtime/session.js";
import type { Loss } from "../../../training-graph/loss.js";
import type { Sums } from "../../../training-graph/micro-batches.js";
import type { BeginTraining } from "../training/steps.js";
import type { Backbone } from "./backbone.js";

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
  readonly loss: Loss;
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
