// A small classification task with its graphs in real sessions, for tests of what trains on cached features.
import type { Head } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import { mlpHead } from "../../src/heads/mlp.js";
import { type FeatureSource, type Features, memorySource } from "../../src/learner/engine/features/feature-source.js";
import { maskDrawer } from "../../src/learner/engine/training/masks.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { stream } from "../../src/random.js";
import type { Session } from "../../src/runtime/session.js";
import { float32, int32 } from "../../src/tensor.js";
import { evaluationGraph, trainingGraph } from "../../src/training-graph/assemble.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { initialState } from "../../src/training-graph/step.js";
import { sessionOf } from "./run-graph.js";

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

/** The session, each of its runs noted. */
export function watched(session: Session): Session & { readonly runs: Parameters<Session["run"]>[0][] } {
  const runs: Parameters<Session["run"]>[0][] = [];
  const run: Session["run"] = (feeds) => {
    runs.push(feeds);
    return session.run(feeds);
  };
  return { ...session, run, runs };
}
