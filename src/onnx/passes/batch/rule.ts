// What is known of an operator when the batch arrives at it, and what a rule says of where the batch goes.
import type { Node } from "../../graph.js";
import type { BatchPlace } from "./place.js";

export interface Situation {
  readonly node: Node;
  /** Of the node's inputs; undefined for those that hold no batch. */
  readonly places: readonly (BatchPlace | undefined)[];
  /** Of the inputs, as measured; [] for those left out. */
  readonly shapes: readonly (readonly number[])[];
  /** Of the first output. */
  readonly result: readonly number[];
  /** Photos in the batch that was measured. */
  readonly batch: number;
}

/** "none": the output holds no batch, as a shape does not. */
export type Outcome = BatchPlace | "none";

/** Where the first output may hold the batch, the likeliest first; nowhere when the operator would mix photos. */
export type Rule = (situation: Situation) => readonly Outcome[];
