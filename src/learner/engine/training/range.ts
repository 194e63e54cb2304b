// The learner's range tests: whole trainings at rising rates that nobody keeps.
import { whole } from "../../../arguments.js";
import { invalidArgument } from "../../../errors.js";
import { type CyclicalRange, cyclicalRange } from "../../../lr-range/cyclical-range.js";
import { medianCurve } from "../../../lr-range/median.js";
import { type Curve, type RangeStep, rangeTest } from "../../../lr-range/range-test.js";
import { linear } from "../../../lr-range/schedules.js";
import { type Suggestion, suggest } from "../../../lr-range/suggest.js";
import type { CallContext } from "../../border/channel.js";
import type { RehearsalRoom } from "./rehearsal.js";

export interface LrFindOptions {
  /** First rate; default 1e-7. */
  readonly startLr?: number;
  /** Last rate, unless the loss has not diverged by then; default 10. */
  readonly endLr?: number;
  /** Steps from the first rate to the last; default 100. */
  readonly steps?: number;
  /**
   * Whole tests, each with batches drawn anew, of which the median curve is read; default 5, and 1 once layers are
   * unfrozen, where every step takes its time.
   */
  readonly runs?: number;
  /** Decay of the curve's moving average; default 1 - 10/steps. fast.ai's is 0.98. */
  readonly beta?: number;
}

/** Plain data. */
export interface LrRange {
  /** The median of the runs. */
  readonly curve: Curve;
  readonly runs: readonly Curve[];
  readonly suggestion: Suggestion;
}

export interface CyclicalRangeOptions {
  /** First rate; default 1e-5. */
  readonly startLr?: number;
  /** Last rate; default 1. */
  readonly endLr?: number;
  /** Epochs over which the rate rises; default 8. */
  readonly epochs?: number;
}

/** The range test as fast.ai does it, exponential ramp and smoothed training loss, but read off the median of several runs. */
export async function lrFind(room: RehearsalRoom, options: LrFindOptions, context: CallContext): Promise<LrRange> {
  const { runs = room.isUnfrozen ? 1 : 5, steps = 100, ...range } = options;
  whole("runs", runs, 1, 100);
  // A run of the head alone is too short to be told step by step.
  const parts = room.isUnfrozen ? steps : 1;
  const tell = (done: number): void => context.emit({ phase: "lr-find", done, total: runs * parts });
  const curves: Curve[] = [];
  for (let run = 0; run < runs; run++) {
    const batchAt = batchesOf(room, "lr-find", run);
    const onStep = ({ index }: RangeStep): void => {
      if (index + 1 < parts) tell(run * parts + index + 1);
    };
    const curve = await room.rehearse(["lr-find", run], (rehearsal) => {
      const step = (lr: number, index: number) => rehearsal.step(batchAt(index), lr);
      return rangeTest({ ...range, steps, step, onStep, signal: context.signal });
    });
    curves.push(curve);
    tell((run + 1) * parts);
  }
  const curve = medianCurve(curves);
  return { curve, runs: curves, suggestion: suggest(curve, { isTrained: room.isUnfrozen }) };
}

/** Smith's own test: the rate rises linearly over some epochs while accuracy is watched, mAP of labels and R² of values. */
export async function findCyclicalRange(
  room: RehearsalRoom,
  { startLr = 1e-5, endLr = 1, epochs = 8 }: CyclicalRangeOptions,
  context: CallContext,
): Promise<CyclicalRange> {
  whole("epochs", epochs, 1, 1000);
  if (!(Number.isFinite(startLr) && Number.isFinite(endLr) && startLr > 0 && endLr > startLr))
    throw invalidArgument("startLr and endLr", "positive rates, the second one higher", `${startLr} and ${endLr}`);
  const steps = epochs * room.perEpoch;
  const rate = linear(startLr, endLr);
  const batchAt = batchesOf(room, "cyclical-range", 0);
  const points: { lr: number; score: number }[] = [];
  await room.rehearse(["cyclical-range", 0], async (rehearsal) => {
    for (let index = 0; index < steps; index++) {
      context.signal.throwIfAborted();
      const lr = rate(index / Math.max(1, steps - 1));
      if (!Number.isFinite(await rehearsal.step(batchAt(index), lr))) break;
      points.push({ lr, score: await rehearsal.score() });
      context.emit({ phase: "lr-find", done: index + 1, total: steps });
    }
  });
  return cyclicalRange(points, room.scoreName);
}

/** Batches by step number, epoch after epoch, each epoch in an order of its own. */
function batchesOf({ draw, perEpoch }: RehearsalRoom, purpose: string, run: number) {
  let epoch = -1;
  let batches: readonly Int32Array[] = [];
  return (step: number): Int32Array => {
    const wanted = Math.floor(step / perEpoch);
    if (wanted !== epoch) {
      epoch = wanted;
      batches = draw(purpose, run, epoch);
    }
    return batches[step % perEpoch]!;
  };
}
