// Small networks divided at a boundary, and what is seen of it from outside: the sessions that are open, and their runs.
import { afterEach } from "vitest";
import type { Head } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import { backboneOf } from "../../src/learner/engine/layers/backbone.js";
import { type Boundary, type BoundaryOptions, openBoundary } from "../../src/learner/engine/layers/boundary.js";
import { type Workplace, workplaceOn } from "../../src/learner/engine/layers/workplace.js";
import type { Network } from "../../src/learner/engine/model/frozen-network.js";
import type { Model } from "../../src/onnx/graph.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { convModel, photoSize } from "./conv-network.js";
import { evaluate } from "./evaluate.js";
import { onCpu, open as openTiny, runtime, squash } from "./opening.js";
import { watchRuns } from "./watch-runs.js";

/** Called after the test. */
export const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

export const classes = 3;
export const optimizer = sgd();

/** @param size of its photos. */
export async function partsOf(model: Model, size: number, options: Partial<BoundaryOptions> = {}) {
  const network = await openTiny(model, squash(size, size));
  closing.push(() => network.session.release());
  const alive: string[] = [];
  const runs: { name: string; rows: number }[] = [];
  const head: Head = linearHead({ features: network.featureCount, classes });
  const workplace = workplaceOn(runtime, onCpu, new AbortController().signal);
  const open: Workplace["open"] = async (model, name, more) => {
    const session = await workplace.open(model, name, more);
    alive.push(name);
    return {
      ...watchRuns(session, ({ order }) => runs.push({ name, rows: order?.shape[0] ?? 0 })),
      release: async () => {
        alive.splice(alive.indexOf(name), 1);
        await session.release();
      },
    };
  };
  const given: BoundaryOptions = {
    backbone: backboneOf(network, { source: "conv", ends: undefined, evaluate }),
    ...{ head, optimizer, clipNorm: undefined, batchSize: 8, microBatch: undefined },
    loss: crossEntropy({ classes, labelSmoothing: 0, classWeights: undefined }),
    trainStatistics: false,
    state: {},
    device: { ...workplace, open },
    ...options,
  };
  const openAt = async (first: number, at?: Network): Promise<Boundary> => {
    const boundary = await openBoundary(first, given, at);
    closing.push(boundary.release);
    return boundary;
  };
  return { network, given, alive, runs, openAt };
}

/** Of the convolutional network of conv-network.ts. */
export const conv = (options: Partial<BoundaryOptions> = {}) => partsOf(convModel(), photoSize, options);
