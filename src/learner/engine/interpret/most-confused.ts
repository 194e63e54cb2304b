// Which classes or labels are taken for which.
import type { ConfusedPair } from "../../interpret/interpretation.js";
import { isCalled, type LabelOutcome } from "../training/label-metrics.js";
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

/** Row: a label that was missed; column: one that was said wrongly; entry: photos on which both happened. */
export function labelsTakenFor({ logits, labels, names, thresholds }: LabelOutcome): ConfusionMatrix {
  const width = names.length;
  const matrix = names.map(() => Array<number>(width).fill(0));
  for (let start = 0; start < logits.length; start += width) {
    const called = names.map((_, at) => isCalled(logits[start + at]!, thresholds[at]!));
    for (const [missed, row] of matrix.entries()) {
      if (labels[start + missed] !== 1 || called[missed]) continue;
      for (const [wrong, isSaid] of called.entries()) if (isSaid && labels[start + wrong] !== 1) row[wrong]!++;
    }
  }
  return matrix;
}
