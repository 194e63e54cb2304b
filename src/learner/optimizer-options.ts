// The options `optimizer` and `clipNorm`: how gradients become steps.
import { checkFields, isObject, type Names } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import { adamWSettings } from "../optimizers/adamw.js";
import type { OptimizerOptions, OptimizerSpec } from "../optimizers/create-optimizer.js";
import { sgdSettings } from "../optimizers/sgd.js";

type Named<N extends OptimizerOptions["name"]> = Extract<OptimizerOptions, { readonly name: N }>;

/**
 * An optimizer by its name is one with its own defaults.
 * @throws RegraftError "invalid-argument"
 */
export function optimizerOf(optimizer: OptimizerOptions["name"] | OptimizerOptions = "sgd"): OptimizerSpec {
  const given = typeof optimizer === "string" ? ({ name: optimizer } as OptimizerOptions) : optimizer;
  if (!isObject(given)) throw invalidArgument("optimizer", '"sgd", "adamw" or an object of options', given);
  switch (given.name) {
    case "sgd":
      return { name: "sgd", ...sgdSettings(checkFields("optimizer", given, sgdNames)) };
    case "adamw":
      return { name: "adamw", ...adamWSettings(checkFields("optimizer", given, adamWNames)) };
    default:
      throw invalidArgument("optimizer", '"sgd" or "adamw"', (given satisfies never as OptimizerOptions).name);
  }
}

/** @throws RegraftError "invalid-argument" */
export function clipNormOf(clipNorm: number | undefined): number | undefined {
  if (clipNorm !== undefined && !(Number.isFinite(clipNorm) && clipNorm > 0))
    throw invalidArgument("clipNorm", "a number above 0", clipNorm);
  return clipNorm;
}

const sgdNames: Names<Named<"sgd">> = {
  name: true,
  momentum: true,
  nesterov: true,
  weightDecay: true,
  decayBiasAndNorm: true,
};

const adamWNames: Names<Named<"adamw">> = {
  name: true,
  beta1: true,
  beta2: true,
  eps: true,
  weightDecay: true,
  decayBiasAndNorm: true,
};
