// What a fit is asked for, checked before it begins: its rates, its name in the records, its callbacks.
import { whole } from "../arguments.js";
import type { Task } from "../datasets/task.js";
import { constant, cyclical, oneCycle, type Schedule } from "../lr-range/schedules.js";
import {
  checkCycle,
  checkOptions,
  type FitCyclicalOptions,
  type FitOneCycleOptions,
  type FitOptions,
} from "./call-options.js";
import { checkCallbacks } from "./callbacks.js";
import { type GroupRates, groupRates, type LearningRate } from "./group-rates.js";

export interface FitPlan {
  /** As it was called, such as `fitOneCycle(4, 0.01)`. */
  readonly call: string;
  readonly epochs: number;
  /** Of the last layer group. */
  readonly scheduleFor: (stepsPerEpoch: number) => Schedule;
  /** Of all layer groups, the highest rate each gets, as a share of the last one's. */
  readonly ratios: readonly number[];
  /** The highest rate of the last one. */
  readonly maxLr: number;
  readonly options: FitOptions<Task>;
}

/** @throws RegraftError "invalid-argument", as the others do */
export function constantPlan(epochs: number, lr: LearningRate, options: FitOptions<Task>, groups: number): FitPlan {
  const checked = checkOptions("fit", options);
  const rates = groupRates("lr", lr, groups);
  const schedule = constant(rates.lr);
  return plan(`fit(${epochs}, ${JSON.stringify(lr)})`, epochs, () => schedule, rates, checked);
}

export function oneCyclePlan(
  epochs: number,
  maxLr: LearningRate,
  options: FitOneCycleOptions<Task>,
  groups: number,
): FitPlan {
  const { pctStart, div, divFinal, momenta, ...others } = checkOptions("fitOneCycle", options);
  const given = Object.entries({ pctStart, div, divFinal, momenta }).filter(([, value]) => value !== undefined);
  const cycle = Object.fromEntries(given);
  const rates = groupRates("maxLr", maxLr, groups);
  const schedule = oneCycle({ maxLr: rates.lr, ...cycle });
  const more = given.length > 0 ? `, ${JSON.stringify(cycle)}` : "";
  return plan(`fitOneCycle(${epochs}, ${JSON.stringify(maxLr)}${more})`, epochs, () => schedule, rates, others);
}

export function cyclicalPlan(
  epochs: number,
  cycle: FitCyclicalOptions,
  options: FitOptions<Task>,
  groups: number,
): FitPlan {
  const checked = checkOptions("fitCyclical", options);
  const { stepSize, ...swing } = checkCycle(cycle);
  const schedule = (stepsPerEpoch: number): Schedule =>
    cyclical({ ...swing, stepSize: stepSize === undefined ? 2 * stepsPerEpoch : stepSize });
  // It is checked when it is first asked.
  schedule(1)(0, 1);
  const rates = groupRates("maxLr", swing.maxLr, groups);
  return plan(`fitCyclical(${epochs}, ${JSON.stringify(cycle)})`, epochs, schedule, rates, checked);
}

function plan(
  call: string,
  epochs: number,
  scheduleFor: FitPlan["scheduleFor"],
  { lr, ratios }: GroupRates,
  options: FitOptions<Task>,
): FitPlan {
  whole("epochs", epochs, 1, 100_000);
  if (options.callbacks !== undefined) checkCallbacks(options.callbacks);
  return { call, epochs, scheduleFor, ratios, maxLr: lr, options };
}
