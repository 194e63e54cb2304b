// What calls of a learner and a classifier take, and the check of it: a misspelt option must not pass as a default.
import { checkFields, checkFlag, checkFunction, checkSignal, isObject, type Names } from "../arguments.js";
import type { EvaluationOptions } from "../datasets/evaluation-set.js";
import type { Task } from "../datasets/task.js";
import { invalidArgument } from "../errors.js";
import type { CyclicalOptions, OneCycleOptions } from "../lr-range/schedules.js";
import type { ExportForms } from "./border/report.js";
import type { Callback } from "./callbacks.js";
import type { CheckpointOptions } from "./checkpoint/checkpoint-options.js";
import type { TrackingOptions } from "./checkpoint/tracking.js";
import type { MetricName } from "./engine/training/metric-names.js";
import type { CyclicalRangeOptions, LrFindOptions, LrRange } from "./engine/training/range.js";
import type { CallOptions } from "./every-call.js";
import type { ActivationOptions, GradCamOptions, InterpretOptions } from "./interpret/interpretation.js";
import type { TtaOption } from "./tta-option.js";

export type { CallOptions } from "./every-call.js";

/** Of fits, and of what goes on with one. */
export interface TrainingOptions<T extends Task = "single-label"> extends CallOptions {
  readonly callbacks?: readonly Callback<T>[];
  /**
   * A folder to write checkpoints to, for `load` and `resume`: one as the fit begins, one after every epoch, one every 60
   * seconds in between, and one when it is cancelled. Each appears whole or not at all; the one before the newest is kept too.
   * Default: none.
   */
  readonly checkpoint?: string | CheckpointOptions;
}

export interface FitOptions<T extends Task = "single-label"> extends TrainingOptions<T>, TrackingOptions {}

/** Of `save`. */
export interface SaveOptions extends CallOptions {
  /** Plain data of your own: `load` gives it back. */
  readonly note?: unknown;
}

export interface LrFindCall extends LrFindOptions, CallOptions {
  /**
   * How many times the first layer group's rate the head's is, once layers are unfrozen; all are ramped by one factor, and the
   * curve is drawn over the head's. Default 1. Give 100 for a fit at `[lr / 100, lr]`.
   */
  readonly spread?: number;
}

export type FitOneCycleOptions<T extends Task = "single-label"> = FitOptions<T> & Omit<OneCycleOptions, "maxLr">;

export type FitCyclicalOptions = Omit<CyclicalOptions, "stepSize"> & {
  /** Steps in half a cycle; default: those of two epochs. */
  readonly stepSize?: number;
};

export interface FineTuneOptions<T extends Task = "single-label"> extends FitOptions<T> {
  /** Of the head while all else is frozen, half of it afterwards. Default: what a range test of the head suggests. */
  readonly lr?: number;
  /** Epochs of the head alone; default 1. */
  readonly freezeEpochs?: number;
  /** How many times lower the rate of the first layer group is than the head's, once all are trained; default 100. */
  readonly lrMult?: number;
  /** Groups that stay frozen in the second part, see `freezeTo`; default 0. */
  readonly freezeTo?: number;
  /** As in `fitOneCycle`, of the second part; defaults 0.3 and 5, fast.ai's. */
  readonly pctStart?: number;
  readonly div?: number;
}

export interface PredictOptions extends CallOptions, TtaOption {}

export interface ValidateOptions extends CallOptions, TtaOption {}

export interface ShowBatchOptions extends CallOptions {
  /** At most so many of the batch, 1 to 64; default 9. */
  readonly photos?: number;
  /** Whose batch it is, counted over all fits of the learner; default 0. */
  readonly epoch?: number;
  /** As it will be once all layers are unfrozen, where every epoch varies photos anew; default: as it is now. */
  readonly unfrozen?: boolean;
}

export interface EvaluateOptions<T extends Task = "single-label"> extends CallOptions, TtaOption {
  /** Default: "valid" where the data says the split itself, "all" where it would have to be drawn. */
  readonly split?: NonNullable<EvaluationOptions["split"]>;
  /** As of `createLearner`. */
  readonly metrics?: readonly MetricName<T>[];
  /** The share of photos that may be unreadable; default 0.1. */
  readonly maxSkipped?: number;
}

/** The options of each call. */
interface OptionsOf {
  readonly prepare: CallOptions;
  readonly freezeTo: CallOptions;
  readonly lrFind: LrFindCall;
  readonly cyclicalRange: CyclicalRangeOptions & CallOptions;
  readonly fit: FitOptions<Task>;
  readonly fitOneCycle: FitOneCycleOptions<Task>;
  readonly fitCyclical: FitOptions<Task>;
  readonly fineTune: FineTuneOptions<Task>;
  readonly addPhotos: CallOptions;
  readonly renameClass: CallOptions;
  readonly mergeClasses: CallOptions;
  readonly validate: ValidateOptions;
  readonly tuneThresholds: CallOptions;
  readonly predict: PredictOptions;
  readonly showBatch: ShowBatchOptions;
  readonly exportOnnx: ExportForms & CallOptions;
  readonly exportFiles: ExportForms & CallOptions;
  readonly evaluate: EvaluateOptions<Task>;
  readonly interpret: InterpretOptions;
  readonly interpretPhotos: EvaluateOptions<Task> & InterpretOptions;
  readonly gradCam: GradCamOptions;
  readonly activations: ActivationOptions;
  readonly save: SaveOptions;
  readonly load: CallOptions;
  readonly resume: TrainingOptions<Task>;
}

const common: Names<CallOptions> = { signal: true, onProgress: true };
const training: Names<TrainingOptions<Task>> = { ...common, callbacks: true, checkpoint: true };
const fit: Names<FitOptions<Task>> = { ...training, earlyStopping: true, restoreBest: true };
const exported: Names<ExportForms & CallOptions> = {
  ...common,
  foldBatchNorm: true,
  softmax: true,
  sigmoid: true,
  float16: true,
};
const evaluate: Names<EvaluateOptions<Task>> = { ...common, tta: true, split: true, metrics: true, maxSkipped: true };
const interpret: Names<InterpretOptions> = { ...common, topLosses: true, minCount: true };

const known: { readonly [C in keyof OptionsOf]: Names<OptionsOf[C]> } = {
  prepare: common,
  freezeTo: common,
  lrFind: { ...common, spread: true, startLr: true, endLr: true, steps: true, runs: true, beta: true },
  cyclicalRange: { ...common, startLr: true, endLr: true, epochs: true },
  fit,
  fitOneCycle: { ...fit, pctStart: true, div: true, divFinal: true, momenta: true },
  fitCyclical: fit,
  fineTune: { ...fit, lr: true, freezeEpochs: true, lrMult: true, freezeTo: true, pctStart: true, div: true },
  addPhotos: common,
  renameClass: common,
  mergeClasses: common,
  validate: { ...common, tta: true },
  tuneThresholds: common,
  predict: { ...common, tta: true },
  showBatch: { ...common, photos: true, epoch: true, unfrozen: true },
  exportOnnx: exported,
  exportFiles: exported,
  evaluate,
  interpret,
  interpretPhotos: { ...evaluate, ...interpret },
  gradCam: { ...common, label: true, layer: true },
  activations: { ...common, layers: true },
  save: { ...common, note: true },
  load: common,
  resume: training,
};

const cycle: Names<FitCyclicalOptions> = { baseLr: true, maxLr: true, stepSize: true, mode: true, gamma: true };

/**
 * The options, with names that the call knows; their values are left to what takes them, but for those of every call.
 * @throws RegraftError "invalid-argument" naming the option
 */
export function checkOptions<C extends keyof OptionsOf>(call: C, options: OptionsOf[C]): OptionsOf[C] {
  checkFields<OptionsOf[C]>(`${call}'s options`, options, known[call]);
  checkSignal(options.signal);
  checkFunction("onProgress", options.onProgress);
  return options;
}

/** @throws RegraftError "invalid-argument" */
export const checkCycle = (given: FitCyclicalOptions): FitCyclicalOptions =>
  checkFields("fitCyclical's cycle", given, cycle);

/** @throws RegraftError "invalid-argument" */
export function checkForms({ foldBatchNorm, softmax, sigmoid, float16 }: ExportForms): void {
  checkFlag("foldBatchNorm", foldBatchNorm);
  checkFlag("softmax", softmax);
  checkFlag("sigmoid", sigmoid);
  checkFlag("float16", float16);
}

/**
 * Refuses what cannot be drawn.
 * @throws RegraftError "invalid-argument"
 */
export function checkRange(range: LrRange): void {
  const { runs, suggestion }: Partial<LrRange> = isObject(range) ? range : {};
  const isCurve = (run: LrRange["curve"]): boolean =>
    isObject(run) && [run.lrs, run.losses, run.smoothed].every((values) => Array.isArray(values));
  if (Array.isArray(runs) && runs.every(isCurve) && isObject(suggestion) && isObject(suggestion.rules)) return;
  throw invalidArgument("range", "what lrFind() returns", range);
}
