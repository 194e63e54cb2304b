// Weights of the photos that have a label, from what the user said: by name, or from how many photos have it.
import { invalidArgument } from "../../../errors.js";
import type { ClassWeights } from "../../border/spec.js";

/**
 * One weight per label, or nothing when all photos count alike. "balanced": photos without the label over photos with it.
 * @param photos the labels of each photo to train on.
 * @throws RegraftError "invalid-argument" for a label there is not, or a weight that is none.
 */
export function posWeights(
  wanted: ClassWeights | undefined,
  labels: readonly string[],
  photos: readonly (readonly number[])[],
): readonly number[] | undefined {
  if (wanted === undefined) return undefined;
  if (wanted === "balanced") {
    const counts = Array<number>(labels.length).fill(0);
    for (const own of photos) for (const label of own) counts[label]!++;
    // A label of all photos, or of none, has nothing to be weighed against.
    return counts.map((count) => (count === 0 || count === photos.length ? 1 : (photos.length - count) / count));
  }
  for (const [name, weight] of Object.entries(wanted)) {
    if (!labels.includes(name)) throw invalidArgument("loss.posWeights", `labels among ${labels.join(", ")}`, name);
    if (!(weight > 0 && Number.isFinite(weight)))
      throw invalidArgument(`loss.posWeights["${name}"]`, "a positive number", weight);
  }
  return labels.map((name) => (Object.hasOwn(wanted, name) ? wanted[name]! : 1));
}
