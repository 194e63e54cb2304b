// The options `layerGroups`, `batchNorm` and `microBatch`: how layers of the network are trained.
import { whole } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import type { LearnerSpec } from "./border/spec.js";

/** @throws RegraftError "invalid-argument", as the others do. Whether the names are places to divide at, the network tells. */
export function layerGroupsOf(ends: unknown): readonly string[] | undefined {
  const isName = (name: unknown): boolean => typeof name === "string" && name !== "";
  if (ends === undefined || (Array.isArray(ends) && ends.every(isName))) return ends;
  throw invalidArgument("layerGroups", "a list of names of values in the network", ends);
}

export function batchNormOf(batchNorm: unknown = "frozen"): LearnerSpec["batchNorm"] {
  if (batchNorm === "frozen" || batchNorm === "trained") return batchNorm;
  throw invalidArgument("batchNorm", '"frozen" or "trained"', batchNorm);
}

export function microBatchOf(microBatch: number | undefined): number | undefined {
  if (microBatch !== undefined) whole("microBatch", microBatch, 1, 65536);
  return microBatch;
}
