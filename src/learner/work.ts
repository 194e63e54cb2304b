// What a learner's verbs do, once they are checked and hold it: it knows what is frozen, what was counted and recorded.

import type { Task } from "../datasets/task.js";
import type { PlannedStep } from "./border/checkpoint.js";
import type { Growth } from "./border/growth.js";
import type { DataInfo, LearnerInfo } from "./border/info.js";
import type { EpochResult, ExportForms, ExportRequest, FitRecord } from "./border/report.js";
import type { CallOptions, LrFindCall, SaveOptions, TrainingOptions } from "./call-options.js";
import { type CheckpointInfo, infoOf } from "./checkpoint/checkpoint-info.js";
import { Trainings } from "./checkpoint/trainings.js";
import type { InterpretRequest } from "./engine/interpret/interpret.js";
import { baseName } from "./engine/platform.js";
import type { LrRange } from "./engine/training/range.js";
import type { AnyValidation } from "./engine/training/validation-of.js";
import type { EngineCalls } from "./engine-calls.js";
import type { FineTuning } from "./fine-tune.js";
import { spreadRatios } from "./group-rates.js";
import type { LayerGroup } from "./recorded-fit.js";

export class LearnerWork {
  readonly fits: FitRecord[] = [];
  readonly #engine: EngineCalls;
  #info: LearnerInfo;
  #range: LrRange | undefined;
  /** The folder of the last export, without those that it is in. */
  #exported: string | undefined;
  #data: DataInfo | undefined;
  /** Layer groups that are frozen. */
  #frozen: number;
  readonly #trainings: Trainings;

  /** @param metrics those that results have beside losses and accuracy. */
  constructor(engine: EngineCalls, info: LearnerInfo, momentum: number, metrics: readonly string[] = []) {
    this.#engine = engine;
    this.#info = info;
    this.#frozen = info.layerGroups.length - 1;
    this.#trainings = new Trainings(engine, {
      momentum,
      metrics: info.task === "single-label" ? ["accuracy", ...metrics] : metrics,
      fits: this.fits,
      range: () => this.#range,
      groups: () => this.layerGroups(),
      stepsPerEpoch: async (options) => (this.#data ?? (await this.prepare(options))).stepsPerEpoch,
      freezeTo: (first, options) => this.#freeze(first, options),
      validate: (options) => this.validate(options),
    });
  }

  /** As it is by now. */
  get info(): LearnerInfo {
    return this.#info;
  }

  /** The last range test. */
  get range(): LrRange | undefined {
    return this.#range;
  }

  layerGroups(): readonly LayerGroup[] {
    return this.#info.layerGroups.map((group, i) => ({ ...group, trained: i >= this.#frozen }));
  }

  /** @param first groups to freeze. */
  async freezeTo(first: number, options: CallOptions): Promise<void> {
    await this.#freeze(first, options);
    this.#trainings.forget();
  }

  async #freeze(first: number, options: CallOptions): Promise<void> {
    // Photos are read again, and more or fewer may be readable by then.
    this.#data = undefined;
    this.#info = await this.#engine.call("freezeTo", first, options);
    this.#frozen = first;
  }

  async grow(growth: Growth, options: CallOptions): Promise<void> {
    this.#info = await this.#engine.call("grow", growth, options);
    this.#data = undefined;
    this.#trainings.forget();
  }

  /** Throws what `freezeTo` would. */
  async checkFreezeTo(first: number, options: CallOptions): Promise<void> {
    await this.#engine.call("checkFreezeTo", first, options);
  }

  async prepare(options: CallOptions): Promise<DataInfo> {
    this.#data = await this.#engine.call("prepare", undefined, options);
    return this.#data;
  }

  async lrFind({ signal, onProgress, spread = 1, ...test }: LrFindCall): Promise<LrRange> {
    const ratios = spreadRatios(spread, this.#info.layerGroups.length).slice(this.#frozen);
    this.#range = await this.#engine.call("lrFind", { ...test, ratios }, { signal, onProgress });
    return this.#range;
  }

  async validate(options: CallOptions): Promise<AnyValidation> {
    if (!this.#data) await this.prepare(options);
    return this.#engine.call("validate", undefined, options);
  }

  train(steps: readonly PlannedStep[], options: TrainingOptions<Task>): Promise<EpochResult<Task>[]> {
    return this.#trainings.train(steps, options);
  }

  resume(options: TrainingOptions<Task>): Promise<EpochResult<Task>[]> {
    return this.#trainings.resume(options);
  }

  save(folder: string, options: SaveOptions): Promise<void> {
    return this.#trainings.save(folder, options);
  }

  async load(folder: string, options: CallOptions): Promise<CheckpointInfo> {
    const loaded = await this.#trainings.load(folder, options);
    const { info, notices, training, frozen } = loaded;
    this.#info = { ...info, notices: [...info.notices, ...notices] };
    this.#range = training.range;
    this.#frozen = frozen;
    this.#data = undefined;
    return infoOf(loaded);
  }

  /** @returns the files' paths within the folder. */
  async exportOnnx(folder: string, forms: ExportForms, options: CallOptions): Promise<string[]> {
    const names = await this.#exportTo(folder, forms, options);
    this.#exported = baseName(folder);
    return names;
  }

  async #exportTo(folder: string, forms: ExportForms, options: CallOptions): Promise<string[]> {
    const request = this.#exportRequest(forms);
    const { save } = this.#engine;
    if (!save) return this.#engine.call("exportTo", { ...request, folder }, options);
    const root = baseName(folder);
    const { names, zip } = await this.#engine.call("exportZip", { ...request, root }, options);
    save(`${root}.zip`, zip);
    return names;
  }

  exportFiles(forms: ExportForms, options: CallOptions): Promise<ReadonlyMap<string, Blob>> {
    return this.#engine.call("exportFiles", this.#exportRequest(forms), options);
  }

  /** The HTML page. */
  report(request: InterpretRequest, options: CallOptions): Promise<string> {
    const told = { fits: this.fits, range: this.#range, exported: this.#exported };
    return this.#engine.call("report", { ...request, ...told }, options);
  }

  #exportRequest = (forms: ExportForms): ExportRequest => ({ forms, fits: this.fits, range: this.#range });

  fineTuning(): FineTuning {
    return {
      groups: this.#info.layerGroups.length,
      checkFreezeTo: (first, options) => this.checkFreezeTo(first, options),
      freezeTo: (first, options) => this.freezeTo(first, options),
      suggestedRate: async (options) => (await this.lrFind(options)).suggestion.lr,
      train: (steps, options) => this.train(steps, options),
    };
  }
}
