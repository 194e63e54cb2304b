// fast.ai's fine_tune: the head first, then all layers at lower rates.
import { whole } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import type { EpochResult } from "./border/report.js";
import type { FineTuneOptions } from "./call-options.js";
import type { EngineCalls } from "./engine-calls.js";
import { oneCyclePlan } from "./fit-plan.js";
import { frozenGroups } from "./group-rates.js";
import type { Learner } from "./learner.js";

/** fast.ai's lesson starts from this rate. */
const lessonRate = 0.01;

export async function fineTune(
  learner: Learner,
  engine: EngineCalls,
  epochs: number,
  options: FineTuneOptions,
): Promise<EpochResult[]> {
  const { lr, freezeEpochs = 1, lrMult = 100, freezeTo = 0, pctStart = 0.3, div = 5, ...fit } = options;
  whole("epochs", epochs, 1, 100_000);
  whole("freezeEpochs", freezeEpochs, 0, 100_000);
  if (!(Number.isFinite(lrMult) && lrMult >= 1)) throw invalidArgument("lrMult", "a factor of at least 1", lrMult);
  if (lr !== undefined && !(Number.isFinite(lr) && lr > 0)) throw invalidArgument("lr", "a positive rate", lr);
  const groups = learner.layerGroups().length;
  const first = frozenGroups(freezeTo, groups);
  const cycle = { ...fit, pctStart, div };
  // What is wrong with the second part is told before the first.
  oneCyclePlan(epochs, lessonRate, cycle, groups);
  const { callbacks: _, ...call } = fit;
  await engine.call("checkFreezeTo", first, call);
  await learner.freeze(call);
  const headRate = lr ?? (await learner.lrFind(call)).suggestion.lr ?? lessonRate;
  const head = freezeEpochs > 0 ? await learner.fitOneCycle(freezeEpochs, headRate, { ...fit, pctStart: 0.99 }) : [];
  const base = headRate / 2;
  await learner.freezeTo(first, call);
  return [...head, ...(await learner.fitOneCycle(epochs, [base / lrMult, base], cycle))];
}
