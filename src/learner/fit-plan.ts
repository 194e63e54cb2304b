// What a fit is asked for, checked before it begins: its rates, its name in the records, its callbacks.
import { givenFields, whole } from "../arguments.js";
import type { Task } from "../datasets/task.js";
import { constant, cyclical, oneCycle, type Schedule } from "../lr-range/schedules.js";
import type { PlannedFit, PlannedStep, ScheduleSpec } from "./border/checkpoint.js";
import {
  checkCycle,
  checkOptions,
  type FitCyclicalOptions,
  type FitOneCycleOptions,
  type FitOptions,
} from "./call-options.js";
import { checkCallbacks } from "./callbacks.js";
import { checkpointOf } from "./checkpoint/checkpoint-options.js";
import { trackingOf } from "./checkpoint/tracking.js";
import { type GroupRates, groupRates, type LearningRate } from "./group-rates.js";

export interface FitPlan extends PlannedFit {
  readonly options: FitOptions<Task>;
}

/** Without what cannot be written down. */
export const plannedFit = ({ options: _, ...plan }: FitPlan): PlannedStep => ({ kind: "fit", plan });

/** @throws RegraftError "invalid-argument", as the others do */
export function constantPlan(epochs: number, lr: LearningRate, options: FitOptions<Task>, groups: number): FitPlan {
  const checked = checkOptions("fit", options);
  const rates = groupRates("lr", lr, groups);
  return plan("fit", [epochs, lr], { kind: "constant", lr: rates.lr }, rates, checked);
}

export function oneCyclePlan(
  epochs: number,
  maxLr: LearningRate,
  options: FitOneCycleOptions<Task>,
  groups: number,
): FitPlan {
  const { pctStart, div, divFinal, momenta, ...others } = checkOptions("fitOneCycle", options);
  const cycle = givenFields({ pctStart, div, divFinal, momenta });
  const rates = groupRates("maxLr", maxLr, groups);
  return plan("fitOneCycle", [epochs, maxLr], { kind: "oneCycle", maxLr: rates.lr, ...cycle }, rates, others, cycle);
}

export function cyclicalPlan(
  epochs: number,
  cycle: FitCyclicalOptions,
  options: FitOptions<Task>,
  groups: number,
): FitPlan {
  const checked = checkOptions("fitCyclical", options);
  const schedule = { kind: "cyclical", ...checkCycle(cycle) } as const;
  return plan("fitCyclical", [epochs, cycle], schedule, groupRates("maxLr", cycle.maxLr, groups), checked);
}

/** @throws RegraftError "invalid-argument" for a schedule that makes no sense */
export function scheduleFor(spec: ScheduleSpec, stepsPerEpoch: number): Schedule {
  switch (spec.kind) {
    case "constant":
      return constant(spec.lr);
    case "oneCycle":
      return oneCycle(spec);
    case "cyclical":
      return cyclical({ ...spec, stepSize: spec.stepSize === undefined ? 2 * stepsPerEpoch : spec.stepSize });
    default:
      return spec satisfies never;
  }
}

function plan(
  name: string,
  args: readonly [epochs: number, ...unknown[]],
  schedule: ScheduleSpec,
  { lr, ratios }: GroupRates,
  options: FitOptions<Task>,
  cycle: object = {},
): FitPlan {
  const [epochs] = args;
  // Some of it is checked when it is first asked.
  scheduleFor(schedule, 1)(0, 1);
  whole("epochs", epochs, 1, 100_000);
  const { callbacks, earlyStopping, restoreBest, checkpoint } = options;
  if (callbacks !== undefined) checkCallbacks(callbacks);
  checkpointOf(checkpoint);
  const tracking = trackingOf(options);
  const written = { ...cycle, ...givenFields({ earlyStopping, restoreBest }) };
  const more = Object.keys(written).length > 0 ? [written] : [];
  const call = `${name}(${[...args, ...more].map((argument) => JSON.stringify(argument)).join(", ")})`;
  return { call, epochs, schedule, ratios, maxLr: lr, ...(tracking && { tracking }), options };
}
