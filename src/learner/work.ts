// What a learner's verbs do, once they are checked and hold it: it knows what is frozen, what was counted and recorded.
import type { Task } from "../datasets/task.js";
import type { DataInfo, LearnerInfo } from "./border/info.js";
import type { EpochResult, ExportForms, ExportRequest, FitRecord } from "./border/report.js";
import type { CallOptions, LrFindCall } from "./call-options.js";
import { baseName } from "./engine/platform.js";
import type { LrRange } from "./engine/training/range.js";
import type { AnyValidation } from "./engine/training/validation-of.js";
import type { EngineCalls } from "./engine-calls.js";
import type { FineTuning } from "./fine-tune.js";
import type { FitPlan } from "./fit-plan.js";
import { spreadRatios } from "./group-rates.js";
import { type LayerGroup, recordedFit } from "./recorded-fit.js";

export class LearnerWork {
  readonly fits: FitRecord[] = [];
  readonly #engine: EngineCalls;
  #info: LearnerInfo;
  readonly #momentum: number;
  #range: LrRange | undefined;
  #data: DataInfo | undefined;
  /** Layer groups that are frozen. */
  #frozen: number;

  constructor(engine: EngineCalls, info: LearnerInfo, momentum: number) {
    this.#engine = engine;
    this.#info = info;
    this.#momentum = momentum;
    this.#frozen = info.layerGroups.length - 1;
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
    // Photos are read again, and more or fewer may be readable by then.
    this.#data = undefined;
    this.#info = await this.#engine.call("freezeTo", first, options);
    this.#frozen = first;
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

  async fit(plan: FitPlan): Promise<EpochResult<Task>[]> {
    const { callbacks: _, ...options } = plan.options;
    return recordedFit(plan, this.fits, {
      stepsPerEpoch: (this.#data ?? (await this.prepare(options))).stepsPerEpoch,
      momentum: this.#momentum,
      groups: this.layerGroups(),
      trainEpoch: (rates, firstStep, onResults) =>
        this.#engine.call("trainEpoch", { rates, firstStep }, options, onResults),
      validate: () => this.validate(options),
    });
  }

  /** @returns the files' paths within the folder. */
  async exportOnnx(folder: string, forms: ExportForms, options: CallOptions): Promise<string[]> {
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

  #exportRequest = (forms: ExportForms): ExportRequest => ({ forms, fits: this.fits, range: this.#range });

  fineTuning(): FineTuning {
    return {
      groups: this.#info.layerGroups.length,
      checkFreezeTo: (first, options) => this.checkFreezeTo(first, options),
      freezeTo: (first, options) => this.freezeTo(first, options),
      suggestedRate: async (options) => (await this.lrFind(options)).suggestion.lr,
      fit: (plan) => this.fit(plan),
    };
  }
}
