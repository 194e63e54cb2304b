// A training call on its way: the steps that are left of it, and how far the first of them has come. Plain data, so that it can
// be written down and gone on with, by this learner or by another one.
import type { Task } from "../../datasets/task.js";
import { isRegraftError } from "../../errors.js";
import type { Agenda, CheckpointSpec, FitProgress, PlannedFit, PlannedStep } from "../border/checkpoint.js";
import type { EpochResult, FitRecord } from "../border/report.js";
import { noProgress } from "../fit.js";

export interface AgendaParts {
  readonly freezeTo: (first: number) => Promise<void>;
  /** Calls `next` itself, once all is done but telling of it. */
  readonly fit: (plan: PlannedFit) => Promise<EpochResult<Task>[]>;
}

export interface RunningAgenda {
  /** As it is now. */
  readonly now: Agenda;
  readonly progress: FitProgress;
  advance(progress: FitProgress): void;
  /** The step under way is done. */
  next(): void;
  /** There is nothing to go on with. */
  drop(): void;
  /** Goes back to the start of the epoch under way. */
  toEpochStart(): void;
}

export function createAgenda(steps: readonly PlannedStep[], progress: FitProgress = noProgress): RunningAgenda {
  let left = steps;
  let [now, epochStart] = [progress, progress];
  return {
    get now() {
      return { steps: left, progress: now };
    },
    get progress() {
      return now;
    },
    advance: (progress) => {
      now = progress;
      if (progress.step === 0) epochStart = progress;
    },
    next: () => {
      left = left.slice(1);
      now = epochStart = noProgress;
    },
    drop: () => {
      left = [];
    },
    toEpochStart: () => {
      now = epochStart;
    },
  };
}

/** @returns the epochs that were trained. */
export async function runAgenda(agenda: RunningAgenda, { freezeTo, fit }: AgendaParts): Promise<EpochResult<Task>[]> {
  const results: EpochResult<Task>[] = [];
  for (let [step] = agenda.now.steps; step; [step] = agenda.now.steps) {
    if (step.kind === "freezeTo") {
      await freezeTo(step.first);
      agenda.next();
    } else results.push(...(await fit(step.plan)));
  }
  return results;
}

/** What a checkpoint is written of. */
export const agendaWith = ({ now }: RunningAgenda, checkpoint: CheckpointSpec | undefined): Agenda | undefined =>
  now.steps.length === 0 ? undefined : { ...now, ...(checkpoint && { everySeconds: checkpoint.everySeconds }) };

/**
 * Brings an agenda that was broken off to where the engine stands.
 * @param fits of which the last may have lost all that it had.
 * @param engineStep how many steps of its epoch the engine has.
 */
export async function settle(
  agenda: RunningAgenda,
  error: unknown,
  fits: FitRecord[],
  engineStep: () => Promise<number>,
): Promise<void> {
  // The engine has gone back to before the fit.
  if (isRegraftError(error, "diverged")) return agenda.drop();
  const { step } = agenda.progress;
  if (step === 0) return;
  // What a device that is lost had learnt of an epoch cannot be read. Where nobody answers, nothing is gone on with.
  const reached = await engineStep().catch(() => step);
  if (reached === step) return;
  agenda.toEpochStart();
  if (agenda.progress.epoch === 0 && agenda.progress.step === 0) fits.pop();
}
