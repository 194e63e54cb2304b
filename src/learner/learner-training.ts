// What a learner's caller trains with: freezing, the range tests, the fits.
import type { Task } from "../datasets/task.js";
import type { CyclicalRange } from "../lr-range/cyclical-range.js";
import type { DeviceName } from "../runtime/devices.js";
import type { DataInfo, LearnerInfo } from "./border/info.js";
import type { EpochResult, FitRecord } from "./border/report.js";
import {
  type CallOptions,
  checkOptions,
  checkRange,
  type FineTuneOptions,
  type FitCyclicalOptions,
  type FitOneCycleOptions,
  type FitOptions,
  type LrFindCall,
  type TrainingOptions,
} from "./call-options.js";
import type { CyclicalRangeOptions, LrRange } from "./engine/training/range.js";
import type { EngineCalls } from "./engine-calls.js";
import { constantPlan, cyclicalPlan, type FitPlan, oneCyclePlan, plannedFit } from "./fit-plan.js";
import { frozenGroups, type LearningRate } from "./group-rates.js";
import type { LayerGroup } from "./recorded-fit.js";
import type { LearnerWork } from "./work.js";

/** @typeParam T what the data asks for. */
export class LearnerTraining<T extends Task = "single-label"> {
  readonly #engine: EngineCalls;
  readonly #work: LearnerWork;

  /** @internal */
  constructor(engine: EngineCalls, work: LearnerWork) {
    this.#engine = engine;
    this.#work = work;
  }

  /** Sorted; a prediction's `index` counts in them. In regression, what the values are called. */
  get classes(): readonly string[] {
    return this.info.classes;
  }

  get info(): LearnerInfo {
    return this.#work.info;
  }

  get device(): DeviceName {
    return this.info.device;
  }

  /** From the image on, the head last. */
  layerGroups(): readonly LayerGroup[] {
    return this.#work.layerGroups();
  }

  /**
   * Freezes the first `n` layer groups and lets all others be trained; a negative `n` counts from the last, as in fast.ai. The
   * optimizer starts anew. What is frozen runs once per photo, on the next call that needs it.
   * @throws RegraftError "unsupported-op" that tells how far the network can be unfrozen; "unsupported-model", "memory-limit";
   * "device-unavailable" when a device that was asked for by name gives other gradients than the host
   */
  async freezeTo(n: number, options: CallOptions = {}): Promise<void> {
    checkOptions("freezeTo", options);
    const first = frozenGroups(n, this.info.layerGroups.length);
    await this.#engine.alone("freezeTo", () => this.#work.freezeTo(first, options));
  }

  /**
   * Throws what `freezeTo` would, and changes nothing.
   * @internal
   */
  async checkFreezeTo(n: number, options: CallOptions): Promise<void> {
    await this.#work.checkFreezeTo(frozenGroups(n, this.info.layerGroups.length), options);
  }

  /** Only the head is trained, as it is at first. */
  freeze(options: CallOptions = {}): Promise<void> {
    return this.freezeTo(-1, options);
  }

  /** All layers are trained. See `freezeTo`. */
  unfreeze(options: CallOptions = {}): Promise<void> {
    return this.freezeTo(0, options);
  }

  /** Every epoch trained so far. */
  get history(): readonly EpochResult<T>[] {
    return this.#work.fits.flatMap(({ epochs }) => epochs) as EpochResult<T>[];
  }

  /** The calls that trained them, each with its epochs, and with the best of them where that was asked for. */
  get fits(): readonly FitRecord[] {
    return this.#work.fits;
  }

  /**
   * Decodes all photos and runs the frozen network over them, once; every other call that needs it does so by itself.
   * @throws RegraftError "too-many-unreadable", "invalid-dataset", "memory-limit"
   */
  async prepare(options: CallOptions = {}): Promise<DataInfo> {
    return this.#work.prepare(checkOptions("prepare", options));
  }

  /**
   * The range test: trains at rising rates, several times over, and suggests a rate. Nothing of it remains: training
   * afterwards is, bit for bit, what it would have been without it.
   */
  async lrFind(options: LrFindCall = {}): Promise<LrRange> {
    checkOptions("lrFind", options);
    return this.#engine.alone("lrFind", () => this.#work.lrFind(options));
  }

  /**
   * Smith's own test: the bounds for `fitCyclical`, from validation accuracy (of labels mAP, of values R²) at linearly rising
   * rates.
   */
  async cyclicalRange(options: CyclicalRangeOptions & CallOptions = {}): Promise<CyclicalRange> {
    const { signal, onProgress, ...test } = checkOptions("cyclicalRange", options);
    return this.#engine.alone("cyclicalRange", () => this.#engine.call("cyclicalRange", test, { signal, onProgress }));
  }

  /** The range test as a self-contained SVG. */
  async plotLrFind(range: LrRange): Promise<string> {
    checkRange(range);
    return this.#engine.call("plot", range, {});
  }

  /**
   * Trains at one rate.
   * @throws RegraftError "diverged"; the weights are then those from before the call.
   */
  async fit(epochs: number, lr: LearningRate, options: FitOptions<T> = {}): Promise<EpochResult<T>[]> {
    return this.#fitAlone(constantPlan(epochs, lr, options, this.info.layerGroups.length));
  }

  /** Trains in one cycle, as fast.ai's fit_one_cycle: the rate rises to `maxLr` and falls, momentum the other way. */
  async fitOneCycle(
    epochs: number,
    maxLr: LearningRate,
    options: FitOneCycleOptions<T> = {},
  ): Promise<EpochResult<T>[]> {
    return this.#fitAlone(oneCyclePlan(epochs, maxLr, options, this.info.layerGroups.length));
  }

  /** Trains at rates that swing between `baseLr` and `maxLr` (Smith, arXiv 1506.01186); see `cyclicalRange`. */
  async fitCyclical(epochs: number, cycle: FitCyclicalOptions, options: FitOptions<T> = {}): Promise<EpochResult<T>[]> {
    return this.#fitAlone(cyclicalPlan(epochs, cycle, options, this.info.layerGroups.length));
  }

  /**
   * As fast.ai's fine_tune: trains the head alone, then all layers at half the rate, the first ones at a hundredth of that.
   * @param epochs of all layers.
   */
  async fineTune(epochs: number, options: FineTuneOptions<T> = {}): Promise<EpochResult<T>[]> {
    checkOptions("fineTune", options);
    const all = this.#engine.alone("fineTune", async () => {
      const { fineTune } = await import("./fine-tune.js");
      return fineTune(this.#work.fineTuning(), epochs, options);
    });
    return all as Promise<EpochResult<T>[]>;
  }

  /**
   * Goes on with the fit, or fine-tuning, that was broken off: by its signal, by an error other than "diverged", or before
   * the checkpoint that was loaded. What it comes to is, bit for bit, what it would have been. Goes on with writing
   * checkpoints, unless `checkpoint` names another folder.
   * @returns the epochs that were left; none where nothing was broken off.
   * @throws RegraftError "checkpoint-mismatch" when not the same photos can be read, and what fits throw
   */
  async resume(options: TrainingOptions<T> = {}): Promise<EpochResult<T>[]> {
    checkOptions("resume", options);
    return this.#engine.alone("resume", () => this.#work.resume(options)) as Promise<EpochResult<T>[]>;
  }

  #fitAlone(plan: FitPlan): Promise<EpochResult<T>[]> {
    const fit = this.#engine.alone("fit", () => this.#work.train([plannedFit(plan)], plan.options));
    return fit as Promise<EpochResult<T>[]>;
  }
}
