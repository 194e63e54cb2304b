// The photos that a classifier is most wrong about.
import { argmax, crossEntropyLoss, type Outcome, softmax } from "../training/metrics.js";

export interface RowLoss {
  readonly row: number;
  /** Cross-entropy. */
  readonly loss: number;
  readonly actual: number;
  readonly predicted: number;
  /** Of the predicted class. */
  readonly probability: number;
  readonly probabilityOfActual: number;
}

/** The greatest first, of equals the first in order; a loss that is no number is greater than any. */
export function topLosses({ logits, labels, classes }: Outcome, most: number): RowLoss[] {
  const losses = Array.from(labels, (actual, row): RowLoss => {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const probabilities = softmax(own);
    const predicted = argmax(own);
    return {
      row,
      loss: crossEntropyLoss({ logits: own, labels: Int32Array.of(actual), classes }),
      actual,
      predicted,
      probability: probabilities[predicted]!,
      probabilityOfActual: probabilities[actual]!,
    };
  });
  const size = ({ loss }: RowLoss): number => (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss);
  // Equal infinities have no difference.
  return losses.sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a))).slice(0, most);
}
