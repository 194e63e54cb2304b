// The public names that Node and browsers have alike: beside these, each entry has createLearner and loadClassifier.
import type { Dataset as DatasetOf } from "./datasets/dataset.js";

export type { Skipped } from "./datasets/folder-photos.js";
export {
  type CsvColumns,
  type ImageCsvOptions,
  imageCsv,
  type LabelColumns,
  type TargetColumns,
} from "./datasets/image-csv.js";
export { type ImageFile, type ImageFilesOptions, imageFiles } from "./datasets/image-files.js";
export { imageFolder } from "./datasets/image-folder.js";
export { imageList } from "./datasets/image-list.js";
export type { ImageSource } from "./datasets/image-source.js";
export { type Drawable, snapshot } from "./datasets/snapshot.js";

import type { Task } from "./datasets/task.js";

export type { Task } from "./datasets/task.js";
export { type ErrorCode, type ErrorDetails, isRegraftError, RegraftError } from "./errors.js";
export type { AugmentOptions } from "./learner/augment-options.js";
export type { Progress } from "./learner/border/events.js";
export type { DataInfo, LearnerInfo } from "./learner/border/info.js";
export type { EpochResult, ExportForms, FitRecord, TrackedFit } from "./learner/border/report.js";
export type { CacheOptions } from "./learner/cache-options.js";
export type {
  CallOptions,
  EvaluateOptions,
  FineTuneOptions,
  FitCyclicalOptions,
  FitOneCycleOptions,
  FitOptions,
  LrFindCall,
  PredictOptions,
  SaveOptions,
  ShowBatchOptions,
  TrainingOptions,
  ValidateOptions,
} from "./learner/call-options.js";
export type { Callback, FitState, StepsResult } from "./learner/callbacks.js";
export type { CheckpointInfo } from "./learner/checkpoint/checkpoint-info.js";
export type { CheckpointOptions } from "./learner/checkpoint/checkpoint-options.js";
export type { LoadOptions } from "./learner/checkpoint/load-learner.js";
export type { EarlyStopping, TrackingOptions } from "./learner/checkpoint/tracking.js";
export type { DeviceOptions } from "./learner/device-options.js";
export type { PhotoEvaluation } from "./learner/engine/classifier/photo-evaluation.js";
export type { LabelPrediction, ValuePrediction } from "./learner/engine/prediction/other-predictions.js";
export type { Prediction } from "./learner/engine/prediction/predict.js";
export type { LabelScore } from "./learner/engine/training/label-metrics.js";
export type { MetricName } from "./learner/engine/training/metric-names.js";
export type { ClassScore, ConfusionMatrix } from "./learner/engine/training/metrics.js";
export type { LabelValidation, ValueValidation } from "./learner/engine/training/other-validations.js";
export type { CyclicalRangeOptions, LrFindOptions, LrRange } from "./learner/engine/training/range.js";
export type { Validation } from "./learner/engine/training/validation.js";
export type { ValueScore } from "./learner/engine/training/value-metrics.js";
export type { LearningRate } from "./learner/group-rates.js";
export type { HeadOptions, HiddenLayers } from "./learner/head-options.js";
export type { ImageOptions } from "./learner/image-options.js";
export type {
  Activation,
  ActivationOptions,
  ConfusedPair,
  GradCam,
  GradCamOptions,
  Interpretation,
  InterpretationOf,
  InterpretOptions,
  LabelInterpretation,
  LabelTopLoss,
  PhotoInterpretation,
  TopLoss,
  ValueInterpretation,
  ValueTopLoss,
} from "./learner/interpret/interpretation.js";
export type { Learner } from "./learner/learner.js";
export type { Classifier } from "./learner/load-classifier.js";
export type { BinaryCrossEntropyLoss, CrossEntropyLoss, ValueLoss } from "./learner/loss-options.js";
export type { LearnerOptions } from "./learner/options.js";
export type { LayerGroup } from "./learner/recorded-fit.js";
export type { CyclicalRange } from "./lr-range/cyclical-range.js";
export type { Curve } from "./lr-range/range-test.js";
export type { Suggestion } from "./lr-range/suggest.js";
export type { OptimizerOptions } from "./optimizers/create-optimizer.js";

/** What `imageFolder`, `imageCsv`, `imageList` and `imageFiles` return; of classes, unless another task is named. */
export type Dataset<T extends Task = "single-label"> = DatasetOf<T>;
