// A small classification task with its graphs in real sessions, for tests of what trains on cached features.
import type { Head } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import { mlpHead } from "../../src/heads/mlp.js";
import { type FeatureSource, type Features, memorySource } from "../../src/learner/engine/features/feature-source.js";
import { maskDrawer } from "../../src/learner/engine/training/masks.js";
import type { BeginTraining, StepContext, Steps, TrainingState } from "../../src/learner/engine/training/steps.js";
import type { SummedParts } from "../../src/learner/engine/training/summed-steps.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { stream } from "../../src/random.js";
import type { Session } from "../../src/runtime/session.js";
import { float32, int32, type Tensor } from "../../src/tensor.js";
import { evaluationGraph, trainingGraph } from "../../src/training-graph/assemble.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { gradientGraph, updateGraph } from "../../src/training-graph/micro-batches.js";
import { initialState } from "../../src/training-graph/step.js";
import { runtime, sessionOf } from "./run-graph.js";
import { watchRuns } from "./watch-runs.js";

export const task = { features: 4, classes: 3 };

/** Rows around their class's corner: learnable, not at once. */
export function rowsOf(count: number, seed = 1): Features & Pick<FeatureSource, "names"> {
  const from = stream(seed, "rows");
  const labels = Array.from({ length: count }, (_, row) => row % task.classes);
  const data = labels.flatMap((label) =>
    Array.from({ length: task.features }, (_, i) => (i === label ? 1 : 0) + 2 * from.next() - 1),
  );
  return {
    features: float32([count, task.features], data),
    labels: int32([count], labels),
    names: labels.map((label, row) => `${label}/${row}.png`),
  };
}

export const sourceOf = (count: number, seed = 1): FeatureSource => memorySource(rowsOf(count, seed));

export const head = linearHead(task);
/** With batch norm and dropout. */
export const hiddenHead = mlpHead({ ...task, hidden: [6], dropout: 0.5, seed: 1 });
export const optimizer = sgd();
export const start = initialState(head, optimizer);
export const noMasks = maskDrawer([], 0);

const parts = (head: Head) => ({
  ...{ head, optimizer, features: task.features },
  loss: crossEntropy({ classes: task.classes, labelSmoothing: 0, classWeights: undefined }),
});

export const trainerSession = (of = head): Promise<Session> => sessionOf(trainingGraph(parts(of)).graph);
export const evaluatorSession = (of = head): Promise<Session> => sessionOf(evaluationGraph(parts(of)).graph);

/** Weight and bias have rates of their own. */
export async function summedParts(of: Head): Promise<Omit<SummedParts, "rowsPerRun">> {
  const { model, zeros } = gradientGraph(parts(of));
  const groupOf = (name: string): number => (name === "classifier.bias" ? 1 : 0);
  const update = updateGraph({ ...parts(of), clipNorm: undefined, sums: zeros, groups: 2, groupOf });
  return {
    gradient: await sessionOf(model.graph),
    update: await sessionOf(update.graph),
    upload: (tensor) => runtime.upload(tensor, "cpu"),
    zeros,
    groups: 2,
  };
}

/** Steps of a training that is begun for them, and ended however they go. */
export async function takeSteps(
  begin: BeginTraining,
  state: TrainingState,
  context: StepContext,
  steps: Steps,
): Promise<{ readonly next: TrainingState; readonly losses: Float32Array }> {
  const training = await begin(state);
  try {
    const losses = await training.take(context, steps);
    return { next: await training.state(), losses };
  } finally {
    training.end();
  }
}

/** The session, each of its runs noted: what it was given from the host. */
export function watched(session: Session): Session & { readonly runs: Readonly<Record<string, Tensor>>[] } {
  const runs: Readonly<Record<string, Tensor>>[] = [];
  const noted = watchRuns(session, (feeds) => {
    const given = Object.entries(feeds).filter((feed): feed is [string, Tensor] => "data" in feed[1]);
    runs.push(Object.fromEntries(given));
  });
  return { ...noted, runs };
}
