// The training calls of a learner, one at a time: run step by step, written down on the way, gone on with after an interruption.
import type { Task } from "../../datasets/task.js";
import type { CheckpointSpec, PlannedFit, PlannedStep, TrainingRecord } from "../border/checkpoint.js";
import type { LearnerInfo } from "../border/info.js";
import type { EpochResult, FitRecord } from "../border/report.js";
import type { CallOptions, SaveOptions, TrainingOptions } from "../call-options.js";
import type { LoadedCheckpoint, PhotosOf } from "../engine/checkpoint/load.js";
import type { LrRange } from "../engine/training/range.js";
import type { AnyValidation } from "../engine/training/validation-of.js";
import type { EngineCalls } from "../engine-calls.js";
import { type LayerGroup, recordedFit } from "../recorded-fit.js";
import { agendaWith, createAgenda, type RunningAgenda, runAgenda, settle } from "./agenda.js";
import { checkpointOf } from "./checkpoint-options.js";
import { checkMonitor } from "./tracking.js";

/** What trainings need of their learner. */
export interface TrainingsOwner {
  readonly momentum: number;
  /** Those that results have beside losses. */
  readonly metrics: readonly string[];
  /** All so far. */
  readonly fits: FitRecord[];
  readonly range: () => LrRange | undefined;
  readonly groups: () => readonly LayerGroup[];
  readonly stepsPerEpoch: (options: CallOptions) => Promise<number>;
  readonly freezeTo: (first: number, options: CallOptions) => Promise<void>;
  readonly validate: (options: CallOptions) => Promise<AnyValidation>;
}

export class Trainings {
  readonly #engine: EngineCalls;
  readonly #owner: TrainingsOwner;
  /** Of the call under way, or broken off. */
  #agenda: RunningAgenda | undefined;
  #checkpoint: CheckpointSpec | undefined;
  /** The photos that it was broken off with, where it was loaded. */
  #loaded: PhotosOf | undefined;

  constructor(engine: EngineCalls, owner: TrainingsOwner) {
    this.#engine = engine;
    this.#owner = owner;
  }

  /** What was broken off is not to be gone on with. */
  forget(): void {
    this.#agenda = undefined;
  }

  async train(steps: readonly PlannedStep[], options: TrainingOptions<Task>): Promise<EpochResult<Task>[]> {
    for (const step of steps) if (step.kind === "fit") checkMonitor(step.plan.tracking, this.#owner.metrics);
    this.#agenda = createAgenda(steps);
    this.#loaded = undefined;
    this.#checkpoint = checkpointOf(options.checkpoint);
    return this.#goOn(this.#agenda, options);
  }

  async resume(options: TrainingOptions<Task>): Promise<EpochResult<Task>[]> {
    if (!this.#agenda) return [];
    const { signal, onProgress, checkpoint } = options;
    if (checkpoint !== undefined) this.#checkpoint = checkpointOf(checkpoint);
    if (this.#loaded) await this.#engine.call("matchPhotos", this.#loaded, { signal, onProgress });
    return this.#goOn(this.#agenda, options);
  }

  async #goOn(agenda: RunningAgenda, options: TrainingOptions<Task>): Promise<EpochResult<Task>[]> {
    const { signal, onProgress } = options;
    try {
      return await runAgenda(agenda, {
        freezeTo: (first) => this.#owner.freezeTo(first, { signal, onProgress }),
        fit: (plan) => this.#fit(plan, agenda, options),
      });
    } catch (error) {
      await settle(agenda, error, this.#owner.fits, () => this.#engine.call("step", undefined, {}));
      throw error;
    }
  }

  async #fit(plan: PlannedFit, agenda: RunningAgenda, options: TrainingOptions<Task>): Promise<EpochResult<Task>[]> {
    const { callbacks, signal, onProgress } = options;
    const call = { signal, onProgress };
    const checkpoint = this.#checkpoint;
    const { momentum, fits, groups, stepsPerEpoch, validate } = this.#owner;
    const save = async (): Promise<void> => {
      if (checkpoint) await this.#write(checkpoint, call);
    };
    const steps = await stepsPerEpoch(call);
    // Also tells early whether the folder can be written.
    await save();
    return recordedFit(plan, fits, {
      stepsPerEpoch: steps,
      momentum,
      groups: groups(),
      callbacks,
      progress: agenda.progress,
      onProgress: agenda.advance,
      trainEpoch: (rates, firstStep, onResults, taken) => {
        const checkpoints = checkpoint && { ...checkpoint, training: this.#record() };
        const request = { rates, firstStep, ...(taken > 0 && { taken }), ...(checkpoints && { checkpoints }) };
        return this.#engine.call("trainEpoch", request, call, onResults);
      },
      validate: () => validate(call),
      keepBest: () => this.#engine.call("keepBest", undefined, call),
      restoreBest: () => this.#engine.call("restoreBest", undefined, call),
      betweenEpochs: save,
      finish: () => {
        agenda.next();
        return save();
      },
    });
  }

  /** Writes a checkpoint. */
  async save(folder: string, { note = this.#checkpoint?.note, ...call }: SaveOptions): Promise<void> {
    await this.#write({ folder, note }, call);
  }

  #write({ folder, note }: Pick<CheckpointSpec, "folder" | "note">, call: CallOptions): Promise<void> {
    const request = { folder, training: this.#record(), ...(note !== undefined && { note }) };
    return this.#engine.call("saveCheckpoint", request, call);
  }

  #record(): TrainingRecord {
    const { fits, range } = this.#owner;
    return { fits, range: range(), agenda: this.#agenda && agendaWith(this.#agenda, this.#checkpoint) };
  }

  /** The learner's fits are then those of the checkpoint. */
  async load(folder: string, call: CallOptions): Promise<LoadedCheckpoint & { readonly info: LearnerInfo }> {
    const loaded = await this.#engine.call("loadCheckpoint", folder, call);
    const { training, photos, note } = loaded;
    const { fits, agenda } = training;
    this.#owner.fits.splice(0, this.#owner.fits.length, ...fits);
    this.#agenda = agenda && createAgenda(agenda.steps, agenda.progress);
    this.#loaded = { folder, photos };
    this.#checkpoint =
      agenda?.everySeconds === undefined
        ? undefined
        : { folder, everySeconds: agenda.everySeconds, ...(note !== undefined && { note }) };
    return loaded;
  }
}
