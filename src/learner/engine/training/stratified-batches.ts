// Batches that are each a small likeness of all photos.
import { permutation, stream } from "../../../random.js";
import type { Targets } from "../features/targets.js";

/**
 * All rows, in as many batches as `batchSize` makes, whose sizes differ by one at most. Rows are put in order of their class, at
 * random within it, and dealt out like cards: the numbers of a class in any two batches differ by one at most. Rows with any
 * number of labels are ordered by their rarest one; rows of values by the first value.
 */
export function stratifiedBatches(
  labels: Targets,
  batchSize: number,
  seed: number,
  ...path: readonly (string | number)[]
): Int32Array[] {
  const keys = keysOf(labels);
  const from = stream(seed, ...path);
  const order = permutation(keys.length, from).sort((a, b) => keys[a]! - keys[b]!);
  const count = Math.ceil(keys.length / batchSize);
  const batches = Array.from({ length: count }, (): number[] => []);
  // Which batches get one more is drawn as well.
  const first = count > 0 ? from.below(count) : 0;
  for (const [i, row] of order.entries()) batches[(first + i) % count]!.push(row);
  return batches.map((rows) => Int32Array.from(rows));
}

/** What rows are ordered by. */
function keysOf({ dtype, shape, data }: Targets): ArrayLike<number> {
  if (dtype === "int32") return data;
  const width = shape[1]!;
  const rows = Array.from({ length: shape[0]! }, (_, row) => data.subarray(row * width, (row + 1) * width));
  if (!data.every((value) => value === 0 || value === 1)) return rows.map((values) => values[0]!);
  const counts = Array.from({ length: width }, (_, label) => rows.filter((own) => own[label] === 1).length);
  return rows.map((own) => {
    let rarest = -1;
    for (const [label, has] of own.entries())
      if (has === 1 && (rarest < 0 || counts[label]! < counts[rarest]!)) rarest = label;
    return rarest;
  });
}
