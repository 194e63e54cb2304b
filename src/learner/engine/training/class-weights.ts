// Class weights from what the user said: by name, or from how many photos each class has.
import { invalidArgument } from "../../../errors.js";
import type { ClassWeights } from "../../border/spec.js";

/**
 * One weight per class, or nothing when all count alike.
 * @param labels class indices of the training photos.
 * @throws RegraftError "invalid-argument" for a class there is not, or a weight that is none.
 */
export function classWeights(
  wanted: ClassWeights | undefined,
  classes: readonly string[],
  labels: Int32Array,
): readonly number[] | undefined {
  if (wanted === undefined) return undefined;
  if (wanted === "balanced") {
    const counts = Array<number>(classes.length).fill(0);
    for (const label of labels) counts[label]!++;
    return counts.map((count) => (count === 0 ? 0 : labels.length / (classes.length * count)));
  }
  for (const [name, weight] of Object.entries(wanted)) {
    if (!classes.includes(name))
      throw invalidArgument("loss.classWeights", `classes among ${classes.join(", ")}`, name);
    if (!(weight > 0 && Number.isFinite(weight)))
      throw invalidArgument(`loss.classWeights["${name}"]`, "a positive number", weight);
  }
  // A class may be called "constructor".
  return classes.map((name) => (Object.hasOwn(wanted, name) ? wanted[name]! : 1));
}
