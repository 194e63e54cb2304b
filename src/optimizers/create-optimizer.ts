// Optimizers by name.
import { type AdamWOptions, adamW } from "./adamw.js";
import type { Optimizer } from "./optimizer.js";
import { type SgdOptions, sgd } from "./sgd.js";

export type OptimizerOptions = ({ readonly name: "sgd" } & SgdOptions) | ({ readonly name: "adamw" } & AdamWOptions);

/** With every default filled in. Plain data. */
export type OptimizerSpec = Required<OptimizerOptions>;

/** @throws RegraftError "invalid-argument" */
export const createOptimizer = (options: OptimizerOptions): Optimizer =>
  options.name === "sgd" ? sgd(options) : adamW(options);
