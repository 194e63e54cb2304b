// Layer groups as callers speak of them: how many are frozen, and their learning rates, one for all, two to spread
// between, or one for each.
import { whole } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import { exponential } from "../lr-range/schedules.js";

/**
 * One rate for all layer groups; two, from the first group (at the image) to the last (the head), the others between them in
 * equal ratios, as fast.ai's `slice`; or as many as there are groups. Frozen groups count too.
 */
export type LearningRate = number | readonly number[];

export interface GroupRates {
  /** The last group's. */
  readonly lr: number;
  /** Of each group, how many times that its own is. */
  readonly ratios: readonly number[];
}

/** @throws RegraftError "invalid-argument" */
export function groupRates(name: string, given: LearningRate, groups: number): GroupRates {
  const rates = typeof given === "number" ? [given, given] : given;
  const isRate = (rate: unknown): boolean => typeof rate === "number" && Number.isFinite(rate) && rate > 0;
  if (!Array.isArray(rates) || !(rates.length === 2 || rates.length === groups) || !rates.every(isRate)) {
    const expected = `a positive rate, two for the first and the last group of layers, or one for each of the ${groups} groups`;
    throw invalidArgument(name, expected, Array.isArray(given) ? `[${given.join(", ")}]` : given);
  }
  const lr: number = rates.at(-1)!;
  if (rates.length === groups) return { lr, ratios: rates.map((rate: number) => rate / lr) };
  return { lr, ratios: spreadRatios(lr / rates[0]!, groups) };
}

/**
 * From the first group to the last, in equal ratios, the last one's rate `spread` times the first one's.
 * @throws RegraftError "invalid-argument"
 */
export function spreadRatios(spread: number, groups: number): readonly number[] {
  if (!(Number.isFinite(spread) && spread > 0)) throw invalidArgument("spread", "a positive factor", spread);
  const between = exponential(1 / spread, 1);
  return Array.from({ length: groups }, (_, i) => (i === groups - 1 ? 1 : between(i / (groups - 1))));
}

/**
 * How many of the groups are frozen; a negative number counts those that are not.
 * @throws RegraftError "invalid-argument"
 */
export function frozenGroups(n: number, groups: number): number {
  whole("freezeTo", n, -groups, groups - 1);
  return n < 0 ? n + groups : n;
}
