// The photos that a network is most wrong about.
import { decisionLoss, isCalled, type LabelOutcome, sigmoid } from "../training/label-metrics.js";
import { argmax, crossEntropyLoss, type Outcome, softmax } from "../training/metrics.js";
import { type ValueOutcome, variances } from "../training/value-metrics.js";

export interface RowLoss {
  readonly row: number;
  readonly loss: number;
}

/** The greatest first, of equals the first in order; a loss that is no number is greater than any. */
function greatest<R extends RowLoss>(losses: readonly R[], most: number): R[] {
  const size = ({ loss }: RowLoss): number => (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss);
  // Equal infinities have no difference.
  return losses.toSorted((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a))).slice(0, most);
}

/** By cross-entropy. */
export interface ClassLoss extends RowLoss {
  readonly actual: number;
  readonly predicted: number;
  /** Of the predicted class. */
  readonly probability: number;
  readonly probabilityOfActual: number;
}

export function topClassLosses({ logits, labels, classes }: Outcome, most: number): ClassLoss[] {
  const losses = Array.from(labels, (actual, row): ClassLoss => {
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
  return greatest(losses, most);
}

/** By binary cross-entropy, the mean over all labels. */
export interface LabelLoss extends RowLoss {
  readonly actual: readonly string[];
  readonly predicted: readonly string[];
  /** That with the greatest share of the loss, and its probability. */
  readonly worst: number;
  readonly probability: number;
}

export function topLabelLosses({ logits, labels, names, thresholds }: LabelOutcome, most: number): LabelLoss[] {
  const width = names.length;
  const losses = Array.from({ length: logits.length / width }, (_, row): LabelLoss => {
    const own = logits.subarray(row * width, (row + 1) * width);
    const each = own.map((logit, at) => decisionLoss(logit, labels[row * width + at]!));
    const worst = argmax(each);
    return {
      row,
      loss: each.reduce((sum, loss) => sum + loss, 0) / width,
      actual: names.filter((_, at) => labels[row * width + at] === 1),
      predicted: names.filter((_, at) => isCalled(own[at]!, thresholds[at]!)),
      worst,
      probability: sigmoid(own[worst]!),
    };
  });
  return greatest(losses, most);
}

/** By the squared error, of each value by its variance in these photos, or as it is where there is none; the mean over all values. */
export function topValueLosses(outcome: ValueOutcome, most: number): RowLoss[] {
  const { predicted, actual, names } = outcome;
  const width = names.length;
  const scales = variances(outcome).map((variance) => variance || 1);
  const losses = Array.from({ length: actual.length / width }, (_, row): RowLoss => {
    const error = (at: number): number => predicted[row * width + at]! - actual[row * width + at]!;
    return { row, loss: scales.reduce((sum, scale, at) => sum + error(at) ** 2 / scale, 0) / width };
  });
  return greatest(losses, most);
}
