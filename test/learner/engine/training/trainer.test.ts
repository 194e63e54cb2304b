import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { loopSteps } from "../../../../src/learner/engine/training/loop-steps.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import type { TrainingState } from "../../../../src/learner/engine/training/steps.js";
import { type StepResults, type TrainOptions, train } from "../../../../src/learner/engine/training/trainer.js";
import type { Session } from "../../../../src/runtime/session.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { refusal } from "../../../helpers/refusal.js";
import { hiddenHead, noMasks, optimizer, rowsOf, start, trainerSession, watched } from "../../../helpers/training.js";
import { watchRuns } from "../../../helpers/watch-runs.js";

let real: Session;
let hidden: Session;
beforeAll(async () => {
  real = await trainerSession();
  hidden = await trainerSession(hiddenHead);
});
afterAll(() => Promise.all([real.release(), hidden.release()]));
afterEach(() => {
  vi.restoreAllMocks();
});

const data = rowsOf(50);
// Seven of eight rows, then one of two.
const batches = [0, 1, 2].flatMap((epoch) => epochBatches(50, 8, 1, "order", epoch));
const rates = {
  lr: batches.map((_, step) => 0.1 + 0.02 * step),
  momentum: batches.map((_, step) => 0.9 - 0.01 * step),
};

/** Makes each run seem to take so long. */
function pretendRunsTake(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += milliseconds));
}

async function trained({
  from = start,
  session: given = real,
  ...options
}: Partial<TrainOptions> & { from?: TrainingState; session?: Session } = {}) {
  const session = watched(given);
  const told: StepResults[] = [];
  const { signal } = new AbortController();
  const onResults = (results: StepResults) => told.push(results);
  const all = { data, masks: noMasks, batches, rates, firstStep: 0, signal, onResults, ...options };
  const training = await loopSteps(session)(from);
  await train(training, all);
  return { state: await training.state(), told, losses: told.flatMap(({ losses }) => [...losses]), runs: session.runs };
}

describe("train", () => {
  it("learns: the loss falls from ln 3", async () => {
    const { losses } = await trained();
    expect(losses).toHaveLength(batches.length);
    expect(losses[0]).toBeCloseTo(Math.log(3), 6);
    expect(Math.min(...losses.slice(-7))).toBeLessThan(0.6);
  });

  it("gives the same bits however its steps are divided into runs", async () => {
    pretendRunsTake(1e6);
    const single = await trained();
    vi.restoreAllMocks();
    pretendRunsTake(0);
    const many = await trained();
    const stepsOf = ({ runs }: typeof single) => runs.map(({ order }) => order!.shape[0]);
    expect(stepsOf(single)).toEqual(batches.map(() => 1));
    // Runs grow eightfold, and end where the size of the batches changes.
    expect(stepsOf(many)).toEqual([1, 5, 1, 6, 1, 6, 1]);
    expect(many.losses).toEqual(single.losses);
    expect(many.state).toEqual(single.state);
  });

  it("does so with running statistics and dropout, and with an epoch taken in parts", async () => {
    const from = initialState(hiddenHead, optimizer);
    const options = { from, session: hidden, masks: maskDrawer(hiddenHead.masks, 1, "masks", 0) };
    pretendRunsTake(1e6);
    const single = await trained(options);
    vi.restoreAllMocks();
    pretendRunsTake(0);
    const many = await trained(options);
    expect(many.losses).toEqual(single.losses);
    expect(many.state).toEqual(single.state);

    const part = await trained({ ...options, batches: batches.slice(0, 10) });
    const rest = await trained({ ...options, from: part.state, batches: batches.slice(10), first: 10 });
    expect([...part.losses, ...rest.losses]).toEqual(single.losses);
    expect(rest.state).toEqual(single.state);
    expect(rest.told[0]!.first).toBe(10);
  });

  it("draws other masks for every step and epoch", async () => {
    const from = initialState(hiddenHead, optimizer);
    const options = { from, session: hidden, batches: [batches[0]!, batches[0]!] };
    const still = { lr: [0, 0], momentum: [0, 0] };
    const epochs = [0, 1].map((epoch) => maskDrawer(hiddenHead.masks, 1, "masks", epoch));
    const losses = [];
    for (const masks of epochs) losses.push(...(await trained({ ...options, masks, rates: still })).losses);
    expect(new Set(losses).size).toBe(4);
  });

  it("trains on a last batch of one photo, and leaves the running statistics to larger ones", async () => {
    const from = initialState(hiddenHead, optimizer);
    const one = { from, session: hidden, masks: maskDrawer(hiddenHead.masks, 1), batches: [Int32Array.of(3)] };
    const { state, losses } = await trained(one);
    expect(losses.every(Number.isFinite)).toBe(true);
    for (const { data } of Object.values(state)) expect([...(data as Float32Array)].every(Number.isFinite)).toBe(true);
    for (const name of Object.keys(hiddenHead.buffers)) expect(state[name]!.data).toEqual(from[name]!.data);
  });

  it("keeps runs short where steps are slow", async () => {
    // A run's first and last look at the clock are 40 ms apart: one run of one step, then 2, as 100 ms are aimed at.
    pretendRunsTake(40);
    const even = epochBatches(48, 8, 1);
    const { runs } = await trained({ batches: [...even, ...even, ...even] });
    expect(runs.slice(0, 3).map(({ order }) => order!.shape[0])).toEqual([1, 2, 5]);
  });

  it("gathers each batch's own rows at its own rates", async () => {
    pretendRunsTake(0);
    const { runs } = await trained();
    expect(runs.flatMap(({ order }) => [...(order!.data as Int32Array)])).toEqual(batches.flatMap((rows) => [...rows]));
    expect(runs.map(({ order }) => order!.shape[1])).toEqual([8, 8, 2, 8, 2, 8, 2]);
    const fed = (name: string) => runs.flatMap((feeds) => [...(feeds[name]!.data as Float32Array)]);
    expect(fed("lr")).toEqual([...new Float32Array(rates.lr)]);
    expect(fed("momentum")).toEqual([...new Float32Array(rates.momentum)]);
  });

  it("tells of each run as soon as it is done", async () => {
    let runs = 0;
    const counting = watchRuns(real, () => void runs++);
    const runsAtEach: number[] = [];
    await trained({ session: counting, onResults: () => void runsAtEach.push(runs) });
    expect(runsAtEach).toEqual(runsAtEach.map((_, i) => i + 1));
    const { told } = await trained();
    let next = 0;
    for (const { first, losses } of told) {
      expect(first).toBe(next);
      next += losses.length;
    }
    expect(next).toBe(batches.length);
  });

  it("stops at the first loss that is not finite, names its step and rate, and does not tell of that run", async () => {
    const broken = rowsOf(50);
    broken.features.data.fill(Number.NaN, 4 * batches[9]![3]!, 4 * batches[9]![3]! + 1);
    // The row comes in the second epoch; nothing of the first may hold it.
    const only = batches.map((rows, step) => (step < 9 ? rows.map((row) => (row === batches[9]![3] ? 0 : row)) : rows));
    const told: StepResults[] = [];
    const onResults = (results: StepResults) => told.push(results);
    const call = () => trained({ data: broken, batches: only, onResults });
    const { details } = await refusal(call, "diverged", "at step 9", "lrFind() suggests one");
    expect(details).toEqual({ step: 9, lr: rates.lr[9] });
    expect(told.flatMap(({ losses }) => [...losses]).every(Number.isFinite)).toBe(true);
    expect(start["classifier.weight"]!.data.every((x) => x === 0)).toBe(true);
  });

  it("stops between runs when it is aborted, with the signal's reason", async () => {
    pretendRunsTake(1e6);
    const controller = new AbortController();
    const told: StepResults[] = [];
    const onResults = (results: StepResults): void => {
      told.push(results);
      if (told.length === 3) controller.abort(new Error("enough"));
    };
    await expect(trained({ signal: controller.signal, onResults })).rejects.toThrow("enough");
    expect(told.map(({ first }) => first)).toEqual([0, 1, 2]);
  });

  it("does nothing for no batches", async () => {
    const { state, runs } = await trained({ batches: [], rates: { lr: [], momentum: [] } });
    expect(state).toBe(start);
    expect(runs).toEqual([]);
  });
});
