// The caller's half of a learner: turns verbs into calls to its engine, drives the epochs, and keeps the history.
import { checkFolder } from "../arguments.js";
import { isRegraftError } from "../errors.js";
import type { CyclicalRange } from "../lr-range/cyclical-range.js";
import type { DeviceName } from "../runtime/devices.js";
import type { ArgumentOf, ResultOf } from "./border/channel.js";
import type { EngineEvent } from "./border/events.js";
import type { Connection } from "./border/host.js";
import type { DataInfo, LearnerInfo } from "./border/info.js";
import type { EpochResult, ExportForms, FitRecord } from "./border/report.js";
import {
  type CallOptions,
  checkForms,
  checkOptions,
  checkRange,
  type FitCyclicalOptions,
  type FitOneCycleOptions,
  type FitOptions,
} from "./call-options.js";
import { callUntilDisposed, disposed } from "./disposal.js";
import type { LearnerEngine } from "./engine/engine.js";
import { type ImageInput, type Prediction, predictWith } from "./engine/predict.js";
import type { CyclicalRangeOptions, LrFindOptions, LrRange } from "./engine/training/range.js";
import type { StepResults } from "./engine/training/trainer.js";
import type { Validation } from "./engine/training/validation.js";
import { createExclusive } from "./exclusive.js";
import { runFit } from "./fit.js";
import { constantPlan, cyclicalPlan, type FitPlan, oneCyclePlan } from "./fit-plan.js";

/** Made by `createLearner`. Its worker does one thing at a time: await a call before you rely on what it does. */
export class Learner {
  /** Sorted; a prediction's `index` counts in them. */
  readonly classes: readonly string[];
  readonly info: LearnerInfo;
  readonly #connection: Connection<LearnerEngine>;
  readonly #momentum: number;
  readonly #disposal = new AbortController();
  /** For what trains, or rehearses training. */
  readonly #alone = createExclusive();
  readonly #fits: FitRecord[] = [];
  #range: LrRange | undefined;
  #data: DataInfo | undefined;

  /** @internal */
  constructor(connection: Connection<LearnerEngine>, info: LearnerInfo, momentum: number) {
    this.#connection = connection;
    this.info = info;
    this.classes = info.classes;
    this.#momentum = momentum;
  }

  get device(): DeviceName {
    return this.info.device;
  }

  /** Every epoch trained so far. */
  get history(): readonly EpochResult[] {
    return this.#fits.flatMap(({ epochs }) => epochs);
  }

  /**
   * Decodes all photos and runs the frozen network over them, once; every other call that needs it does so by itself.
   * @throws RegraftError "too-many-unreadable", "invalid-dataset", "memory-limit"
   */
  async prepare(options: CallOptions = {}): Promise<DataInfo> {
    this.#data = await this.#call("prepare", undefined, checkOptions("prepare", options));
    return this.#data;
  }

  /**
   * The range test: trains at rising rates, several times over, and suggests a rate. Nothing of it remains: training
   * afterwards is, bit for bit, what it would have been without it.
   */
  async lrFind(options: LrFindOptions & CallOptions = {}): Promise<LrRange> {
    const { signal, onProgress, ...test } = checkOptions("lrFind", options);
    return this.#alone("lrFind", async () => {
      this.#range = await this.#call("lrFind", test, { signal, onProgress });
      return this.#range;
    });
  }

  /** Smith's own test: the bounds for `fitCyclical`, from validation accuracy at linearly rising rates. */
  async cyclicalRange(options: CyclicalRangeOptions & CallOptions = {}): Promise<CyclicalRange> {
    const { signal, onProgress, ...test } = checkOptions("cyclicalRange", options);
    return this.#alone("cyclicalRange", () => this.#call("cyclicalRange", test, { signal, onProgress }));
  }

  /** The range test as a self-contained SVG. */
  async plotLrFind(range: LrRange): Promise<string> {
    checkRange(range);
    return this.#call("plot", range, {});
  }

  /**
   * Trains at one rate.
   * @throws RegraftError "diverged"; the weights are then those from before the call.
   */
  async fit(epochs: number, lr: number, options: FitOptions = {}): Promise<EpochResult[]> {
    return this.#fit(constantPlan(epochs, lr, options));
  }

  /** Trains in one cycle, as fast.ai's fit_one_cycle: the rate rises to `maxLr` and falls, momentum the other way. */
  async fitOneCycle(epochs: number, maxLr: number, options: FitOneCycleOptions = {}): Promise<EpochResult[]> {
    return this.#fit(oneCyclePlan(epochs, maxLr, options));
  }

  /** Trains at rates that swing between `baseLr` and `maxLr` (Smith, arXiv 1506.01186); see `cyclicalRange`. */
  async fitCyclical(epochs: number, cycle: FitCyclicalOptions, options: FitOptions = {}): Promise<EpochResult[]> {
    return this.#fit(cyclicalPlan(epochs, cycle, options));
  }

  /** Loss, metrics, confusion matrix and scores per class on the validation photos. */
  async validate(options: CallOptions = {}): Promise<Validation> {
    checkOptions("validate", options);
    if (!this.#data) await this.prepare(options);
    return this.#call("validate", undefined, options);
  }

  /**
   * What an image shows: a path, or the bytes of an encoded image.
   * @throws RegraftError "unreadable-image"
   */
  predict(image: ImageInput, options?: CallOptions): Promise<Prediction>;
  predict(images: readonly ImageInput[], options?: CallOptions): Promise<Prediction[]>;
  async predict(
    input: ImageInput | readonly ImageInput[],
    options: CallOptions = {},
  ): Promise<Prediction | Prediction[]> {
    checkOptions("predict", options);
    return predictWith(input, options, (images, each) => this.#call("predict", images, each));
  }

  /**
   * Writes the trained network as a folder that ONNX Runtime, Hugging Face's libraries and `createLearner` load.
   * @returns the files' paths within the folder.
   * @throws RegraftError "invalid-argument", "file-access"
   */
  async exportOnnx(folder: string, options: ExportForms & CallOptions = {}): Promise<string[]> {
    checkFolder(folder);
    const { signal, onProgress, ...forms } = checkOptions("exportOnnx", options);
    checkForms(forms);
    return this.#call("exportTo", { folder, forms, fits: this.#fits, range: this.#range }, { signal, onProgress });
  }

  /** Stops what is under way, gives all memory back and ends the worker. Calls under way reject with "disposed". */
  async dispose(): Promise<void> {
    this.#disposal.abort(disposed("learner"));
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #fit({ call, epochs, scheduleFor, options: { callbacks = [], ...options } }: FitPlan): Promise<EpochResult[]> {
    return this.#alone("fit", async () => {
      const { stepsPerEpoch } = this.#data ?? (await this.prepare(options));
      const record = { call, planned: epochs, epochs: [] };
      const firstEpoch = this.history.length;
      this.#fits.push(record);
      const fit = runFit({
        epochs,
        stepsPerEpoch,
        schedule: scheduleFor(stepsPerEpoch),
        momentum: this.#momentum,
        firstEpoch,
        callbacks,
        results: record.epochs,
        trainEpoch: (rates, firstStep, onResults) => this.#call("trainEpoch", { rates, firstStep }, options, onResults),
        validate: () => this.validate(options),
      });
      return fit.catch((error) => {
        // Diverged, the engine has gone back to before this fit; before the first epoch there is nothing to tell.
        if (isRegraftError(error, "diverged") || record.epochs.length === 0) this.#fits.pop();
        throw error;
      });
    });
  }

  #call<M extends keyof LearnerEngine & string>(
    method: M,
    argument: ArgumentOf<LearnerEngine[M]>,
    { signal, onProgress }: CallOptions,
    onResults?: (results: StepResults) => void,
  ): Promise<ResultOf<LearnerEngine[M]>> {
    const onEvent = (event: EngineEvent): void => {
      if (event.phase === "results") onResults?.(event);
      else onProgress?.(event);
    };
    return callUntilDisposed(this.#connection, this.#disposal.signal, method, argument, { signal, onEvent });
  }
}
