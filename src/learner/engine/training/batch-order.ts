// Which photos make up which batch: a function of the seed and a path such as ("order", epoch), so that any epoch can
// be replayed and none depends on what was drawn before.
import { permutation, stream } from "../../../random.js";

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
