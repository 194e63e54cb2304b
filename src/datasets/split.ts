// Which photos validate: a seeded draw within each class.
import type { Names } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import { stream } from "../random.js";

export type Split = "train" | "valid";

export interface SplitOptions {
  /** Share of each class that validates, between 0 and 1, both excluded; default 0.2. */
  readonly validFraction?: number;
  /** Of the draw; default 42. */
  readonly seed?: number;
}

/** The options with their defaults. */
export function checkSplitOptions({ validFraction = 0.2, seed = 42 }: SplitOptions): Required<SplitOptions> {
  if (typeof validFraction !== "number" || !(validFraction > 0 && validFraction < 1)) {
    throw invalidArgument("validFraction", "a number between 0 and 1, both excluded", validFraction);
  }
  if (!Number.isSafeInteger(seed)) throw invalidArgument("seed", "an integer", seed);
  return { validFraction, seed };
}

export const splitOptionNames: Names<SplitOptions> = { validFraction: true, seed: true };

/**
 * The split of one class of two photos or more, in the order of `names`: round(n · validFraction) of them validate, at
 * least one and never all. Every photo draws its own number and the lowest validate, so the result depends neither on
 * the order of the photos nor on other classes, and one photo more changes the side of at most one other.
 */
export function splitClass(
  label: string,
  names: readonly string[],
  { validFraction, seed }: Required<SplitOptions>,
): readonly Split[] {
  const draws = names.map((name) => stream(seed, "split", label, name).next());
  const byDraw = names.map((_, i) => i).sort((a, b) => draws[a]! - draws[b]!);
  const count = Math.min(Math.max(Math.round(names.length * validFraction), 1), names.length - 1);
  const valid = new Set(byDraw.slice(0, count));
  return names.map((_, i) => (valid.has(i) ? "valid" : "train"));
}
