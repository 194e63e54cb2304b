// Which classes are taken for which.
import type { ConfusedPair } from "../../interpret/interpretation.js";
import type { ConfusionMatrix } from "../training/metrics.js";

/**
 * The most frequent first; of equals in the order of the classes.
 * @param minCount photos from which on a pair counts.
 */
export function mostConfused(confusion: ConfusionMatrix, classes: readonly string[], minCount = 1): ConfusedPair[] {
  const pairs = confusion.flatMap((row, actual) =>
    row.flatMap((count, predicted) =>
      count >= minCount && predicted !== actual
        ? [{ actual: classes[actual]!, predicted: classes[predicted]!, count }]
        : [],
    ),
  );
  return pairs.sort((a, b) => b.count - a.count);
}
