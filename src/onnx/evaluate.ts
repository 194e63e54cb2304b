// How passes get at values: `onnx` runs no graph itself, whoever has a runtime hands this over.
import type { Tensor } from "../tensor.js";
import type { Model } from "./graph.js";

/** Runs a model once. Feeds and results by the names of the graph's inputs and outputs. */
export type Evaluate = (
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
) => Promise<Readonly<Record<string, Tensor>>>;
