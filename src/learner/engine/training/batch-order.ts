// Which photos make up which batch: a function of the seed and a path such as ("order", epoch), so that any epoch can
// be replayed and none depends on what was drawn before.
import { permutation, stream } from "../../../random.js";
import type { LearnerSpec } from "../../border/spec.js";
import type { Targets } from "../features/targets.js";

/** All rows in random order, cut into batches; the last one may be smaller. */
export function epochBatches(
  rows: number,
  batchSize: number,
  seed: number,
  ...path: readonly (string | number)[]
): Int32Array[] {
  const order = permutation(rows, stream(seed, ...path));
  return Array.from({ length: Math.ceil(rows / batchSize) }, (_, i) =>
    order.subarray(i * batchSize, Math.min((i + 1) * batchSize, rows)),
  );
}

/** The batches of an epoch, by the path that draws them. */
export type DrawBatches = (...path: readonly (string | number)[]) => readonly Int32Array[];

/** As the option `batches` says; by default shuffled. */
export async function batchDrawer(
  { count, labels }: { readonly count: number; readonly labels: Targets },
  { batches, batchSize, seed }: Pick<LearnerSpec, "batches" | "batchSize" | "seed">,
): Promise<DrawBatches> {
  if (batches !== "stratified") return (...path) => epochBatches(count, batchSize, seed, ...path);
  const { stratifiedBatches } = await import("./stratified-batches.js");
  return (...path) => stratifiedBatches(labels, batchSize, seed, ...path);
}
