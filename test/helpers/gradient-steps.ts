// Gradients and training steps of a network of gradient-fixtures.ts, through the graphs that training runs.
import type { Head } from "../../src/heads/head.js";
import type { Model } from "../../src/onnx/graph.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import type { Session } from "../../src/runtime/session.js";
import { float32, int32 } from "../../src/tensor.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import {
  gradientGraph,
  lossesSoFar,
  type Sums,
  totalSum,
  updateGraph,
  weightSum,
} from "../../src/training-graph/micro-batches.js";
import { initialSlots, initialState, nextState } from "../../src/training-graph/step.js";
import { batchSize, classes, photoSize, photos } from "./gradient-fixtures.js";
import { type Feeds, numbersOf, sessionOf } from "./run-graph.js";

export interface BatchGradients {
  /** The mean over the batch, as are the gradients. */
  readonly loss: number;
  /** By parameter. */
  readonly gradients: Readonly<Record<string, Float32Array>>;
  readonly sums: Sums;
  /** The head's buffers after the batch. */
  readonly buffers: Feeds;
}

export interface GradientRunner {
  readonly zeros: Sums;
  /**
   * @param weights parameters and buffers by name.
   * @param parts how many photos each of the runs takes that sum up the batch; default one run.
   */
  run(batch: number, weights: Feeds, parts?: readonly number[]): Promise<BatchGradients>;
  release(): Promise<void>;
}

/** @param open where the graph is run; default on the CPU here. */
export async function gradientRunner(
  head: Head,
  open: (model: Model) => Promise<Pick<Session, "run" | "release">> = ({ graph }) => sessionOf(graph),
): Promise<GradientRunner> {
  const loss = crossEntropy({ classes, labelSmoothing: 0, classWeights: undefined });
  const { model, zeros } = gradientGraph({ head, loss, features: photoSize });
  const session = await open(model);
  return {
    zeros,
    release: () => session.release(),
    async run(index, weights, parts = [batchSize]) {
      const { parameters, buffers } = head;
      let own = pick(weights, [...Object.keys(parameters), ...Object.keys(buffers)]);
      let sums = zeros;
      let first = index * batchSize;
      for (const count of parts) {
        const order = int32(
          [count],
          Array.from({ length: count }, (_, i) => first + i),
        );
        const results = await session.run({ ...photos, order, ...own, ...sums });
        sums = after(results, Object.keys(zeros)) as Sums;
        own = { ...own, ...after(results, Object.keys(buffers)) };
        first += count;
      }
      const count = sums[weightSum]!.data[0]!;
      const gradients = Object.keys(parameters).map((name) => [
        name,
        (sums[`sum.gradient.${name}`]!.data as Float32Array).map((value) => value / count),
      ]);
      return {
        ...{ loss: sums[totalSum]!.data[0]! / count, gradients: Object.fromEntries(gradients), sums },
        buffers: pick(own, Object.keys(buffers)),
      };
    },
  };
}

export interface TrainingOptions {
  readonly optimizer: Optimizer;
  readonly steps: number;
  /** Which batch a step is on. */
  readonly batchOf: (step: number) => number;
  /** By group. */
  readonly lr: readonly number[];
  readonly groupOf: (parameter: string) => number;
  readonly clipNorm?: number | undefined;
}

/** Returns the losses before each step, and what was trained. `runner` is of the same head. */
export async function train(
  head: Head,
  runner: GradientRunner,
  { optimizer, steps, batchOf, lr, groupOf, clipNorm }: TrainingOptions,
): Promise<{ losses: number[]; state: Feeds }> {
  const update = updateGraph({ head, optimizer, clipNorm, sums: runner.zeros, groups: lr.length, groupOf });
  const session = await sessionOf(update.graph);
  const fixed = {
    ...{ lr: float32([lr.length], lr), momentum: float32([], [optimizer.momentum]) },
    ...{ [lossesSoFar]: float32([1]), is_now: { dtype: "bool", shape: [1], data: Uint8Array.of(1) } as const },
  };
  const losses: number[] = [];
  const learnt = Object.keys({ ...head.parameters, ...initialSlots(head, optimizer) });
  let state: Feeds = initialState(head, optimizer);
  for (let step = 0; step < steps; step++) {
    const { sums, buffers } = await runner.run(batchOf(step), state);
    const results = await session.run(pick({ ...state, ...sums, ...fixed }, session.inputNames));
    losses.push(numbersOf(results[nextState(lossesSoFar)]!)[0]!);
    state = { ...state, ...buffers, ...after(results, learnt) };
  }
  await session.release();
  return { losses, state };
}

const pick = (tensors: Feeds, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, tensors[name]!]));

/** The successors among results, under the names of what they succeed. */
const after = (results: Feeds, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, results[nextState(name)]!]));
