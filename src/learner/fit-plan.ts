// What a fit is asked for, checked before it begins: its rates, its name in the records, its callbacks.
import { whole } from "../arguments.js";
import { constant, cyclical, oneCycle, type Schedule } from "../lr-range/schedules.js";
import {
  checkCycle,
  checkOptions,
  type FitCyclicalOptions,
  type FitOneCycleOptions,
  type FitOptions,
} from "./call-options.js";
import { checkCallbacks } from "./callbacks.js";

export interface FitPlan {
  /** As it was called, such as `fitOneCycle(4, 0.01)`. */
  readonly call: string;
  readonly epochs: number;
  readonly scheduleFor: (stepsPerEpoch: number) => Schedule;
  readonly options: FitOptions;
}

/** @throws RegraftError "invalid-argument", as the others do */
export function constantPlan(epochs: number, lr: number, options: FitOptions): FitPlan {
  const checked = checkOptions("fit", options);
  const schedule = constant(lr);
  return plan(`fit(${epochs}, ${lr})`, epochs, () => schedule, checked);
}

export function oneCyclePlan(epochs: number, maxLr: number, options: FitOneCycleOptions): FitPlan {
  const { pctStart, div, divFinal, momenta, ...others } = checkOptions("fitOneCycle", options);
  const given = Object.entries({ pctStart, div, divFinal, momenta }).filter(([, value]) => value !== undefined);
  const cycle = Object.fromEntries(given);
  const schedule = oneCycle({ maxLr, ...cycle });
  const more = given.length > 0 ? `, ${JSON.stringify(cycle)}` : "";
  return plan(`fitOneCycle(${epochs}, ${maxLr}${more})`, epochs, () => schedule, others);
}

export function cyclicalPlan(epochs: number, cycle: FitCyclicalOptions, options: FitOptions): FitPlan {
  const checked = checkOptions("fitCyclical", options);
  const { stepSize, ...swing } = checkCycle(cycle);
  const schedule = (stepsPerEpoch: number): Schedule =>
    cyclical({ ...swing, stepSize: stepSize === undefined ? 2 * stepsPerEpoch : stepSize });
  // It is checked when it is first asked.
  schedule(1)(0, 1);
  return plan(`fitCyclical(${epochs}, ${JSON.stringify(cycle)})`, epochs, schedule, checked);
}

function plan(call: string, epochs: number, scheduleFor: FitPlan["scheduleFor"], options: FitOptions): FitPlan {
  whole("epochs", epochs, 1, 100_000);
  if (options.callbacks !== undefined) checkCallbacks(options.callbacks);
  return { call, epochs, scheduleFor, options };
}
