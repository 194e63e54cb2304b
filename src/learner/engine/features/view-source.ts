// Several cached rows of each photo, its augmented views, of which a part of training sees one, drawn for it.
import { stream } from "../../../random.js";
import { batchRows, type DrawPath, type FeatureSource } from "./feature-source.js";
import { pickTargets } from "./targets.js";

/**
 * A slice has the first view of each photo.
 * @param all the views of every photo, one photo's after the other's.
 */
export function viewSource(all: FeatureSource, views: number, seed: number): FeatureSource {
  const count = all.count / views;
  const firsts = Int32Array.from({ length: count }, (_, photo) => photo * views);
  const chunksOf =
    (rowOf: Int32Array): FeatureSource["chunks"] =>
    (batches, signal) =>
      all.chunks(
        batches.map((photos) => photos.map((photo) => rowOf[photo]!)),
        signal,
      );
  return {
    count,
    labels: pickTargets(all.labels, firsts),
    names: Array.from(firsts, (row) => all.names[row]!),
    all,
    slice: async (start, end, signal) => {
      let rows = await all.slice(0, 0, signal);
      for await (const chunk of all.chunks([firsts.subarray(start, end)], signal)) rows = batchRows(chunk, 0);
      return rows;
    },
    chunks: chunksOf(firsts),
    during: (path) => {
      const drawn = viewsDrawn(count, views, seed, path);
      return { chunks: chunksOf(firsts.map((first, photo) => first + drawn[photo]!)) };
    },
  };
}

/** Which view of each photo is taken. */
export function viewsDrawn(count: number, views: number, seed: number, path: DrawPath): Int32Array {
  const from = stream(seed, "views", ...path);
  return Int32Array.from({ length: count }, () => from.below(views));
}
