// Where a learner's training stands, and where it starts.
import type { Head } from "../../heads/head.js";
import type { Optimizer } from "../../optimizers/optimizer.js";
import { initialState } from "../../training-graph/step.js";
import type { TrainingState } from "./training/steps.js";

/** The epoch is all there is to know of randomness, see random.ts. */
export interface Position {
  readonly state: TrainingState;
  /** Epochs begun so far. */
  readonly epoch: number;
}

/** The optimizer at its start, and the weights too, but for those that are known. */
export function startOf(head: Head, optimizer: Optimizer, known: TrainingState = {}): TrainingState {
  const start = Object.entries(initialState(head, optimizer));
  return Object.fromEntries(start.map(([name, value]) => [name, known[name] ?? value]));
}
