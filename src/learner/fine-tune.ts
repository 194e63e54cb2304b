// fast.ai's fine_tune: the head first, then all layers at lower rates.
import { whole } from "../arguments.js";
import type { Task } from "../datasets/task.js";
import { invalidArgument } from "../errors.js";
import type { EpochResult } from "./border/report.js";
import type { CallOptions, FineTuneOptions } from "./call-options.js";
import { type FitPlan, oneCyclePlan } from "./fit-plan.js";
import { frozenGroups } from "./group-rates.js";

/** fast.ai's lesson starts from this rate: what is taken where a range test suggests none. */
export const lessonRate = 0.01;

/** What it is made of. */
export interface FineTuning {
  /** How many layer groups there are. */
  readonly groups: number;
  /** Throws what `freezeTo` would. */
  readonly checkFreezeTo: (first: number, options: CallOptions) => Promise<void>;
  readonly freezeTo: (first: number, options: CallOptions) => Promise<void>;
  readonly suggestedRate: (options: CallOptions) => Promise<number | null>;
  readonly fit: (plan: FitPlan) => Promise<EpochResult<Task>[]>;
}

export async function fineTune(
  { groups, checkFreezeTo, freezeTo: freeze, suggestedRate, fit: train }: FineTuning,
  epochs: number,
  options: FineTuneOptions<Task>,
): Promise<EpochResult<Task>[]> {
  const { lr, freezeEpochs = 1, lrMult = 100, freezeTo = 0, pctStart = 0.3, div = 5, ...fit } = options;
  whole("epochs", epochs, 1, 100_000);
  whole("freezeEpochs", freezeEpochs, 0, 100_000);
  if (!(Number.isFinite(lrMult) && lrMult >= 1)) throw invalidArgument("lrMult", "a factor of at least 1", lrMult);
  if (lr !== undefined && !(Number.isFinite(lr) && lr > 0)) throw invalidArgument("lr", "a positive rate", lr);
  const first = frozenGroups(freezeTo, groups);
  const cycle = { ...fit, pctStart, div };
  // What is wrong with the second part is told before the first.
  oneCyclePlan(epochs, lessonRate, cycle, groups);
  const { callbacks: _, ...call } = fit;
  await checkFreezeTo(first, call);
  await freeze(groups - 1, call);
  const headRate = lr ?? (await suggestedRate(call)) ?? lessonRate;
  const headPlan = () => oneCyclePlan(freezeEpochs, headRate, { ...fit, pctStart: 0.99 }, groups);
  const head = freezeEpochs > 0 ? await train(headPlan()) : [];
  const base = headRate / 2;
  await freeze(first, call);
  return [...head, ...(await train(oneCyclePlan(epochs, [base / lrMult, base], cycle, groups)))];
}
