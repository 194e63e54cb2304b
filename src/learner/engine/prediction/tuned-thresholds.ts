// The thresholds of labels that do best on the validation photos.
import { invalidArgument } from "../../../errors.js";
import { type Divided, evaluateRows } from "../divided.js";
import type { FeatureSource } from "../features/feature-source.js";
import { bestThresholds } from "../training/label-metrics.js";
import type { TrainingState } from "../training/steps.js";

/**
 * By label, in the order of the classes. See `bestThresholds`.
 * @throws RegraftError "invalid-argument" where there are no labels
 */
export async function tunedThresholds(
  divided: Divided,
  valid: FeatureSource,
  state: TrainingState,
  signal: AbortSignal,
): Promise<[label: string, threshold: number][]> {
  const { task, classes } = divided.learner.photos;
  if (task !== "multi-label") throw invalidArgument("data", "photos with any number of labels", `${task} data`);
  const { logits } = await evaluateRows(divided, valid, state, signal);
  const thresholds = bestThresholds({ logits, labels: valid.labels.data as Float32Array, names: classes });
  return classes.map((name, at) => [name, thresholds[at]!]);
}
