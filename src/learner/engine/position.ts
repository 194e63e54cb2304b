// Where a learner's training stands, and where it starts.
import type { Head } from "../../heads/head.js";
import type { Optimizer } from "../../optimizers/optimizer.js";
import { initialState } from "../../training-graph/step.js";
import type { TrainingState } from "./training/steps.js";

/** Epoch and step are all there is to know of randomness, see random.ts. */
export interface Position {
  readonly state: TrainingState;
  /** The epoch under way or done, from 0, and how many of its steps are taken. */
  readonly epoch: number;
  readonly step: number;
}

/** The number of the next epoch to begin: one that was broken off is not gone on with. */
export const nextEpoch = ({ epoch, step }: Position): number => (step > 0 ? epoch + 1 : epoch);

/** The optimizer at its start, and the weights too, but for those that are known. */
export function startOf(head: Head, optimizer: Optimizer, known: TrainingState = {}): TrainingState {
  const start = Object.entries(initialState(head, optimizer));
  return Object.fromEntries(start.map(([name, value]) => [name, known[name] ?? value]));
}
