// What a network shows of itself: where it errs, what it looks at, what its layers say.
import type { Skipped } from "../../datasets/folder-photos.js";
import type { Task } from "../../datasets/task.js";
import type { LabelConfusion } from "../engine/training/label-metrics.js";
import type { LabelValidation, ValueValidation } from "../engine/training/other-validations.js";
import type { Validation } from "../engine/training/validation.js";
import type { CallOptions } from "../every-call.js";

export interface InterpretOptions extends CallOptions {
  /** How many of the photos with the greatest loss; default 9, as in fast.ai's `plot_top_losses`. */
  readonly topLosses?: number;
  /** Classes or labels count as confused from so many photos on; default 1, as in fast.ai's `most_confused`. None of values. */
  readonly minCount?: number;
}

/** As a learner's validation, and the photos behind it. */
export type InterpretationOf<T extends Task> = T extends "single-label"
  ? Interpretation
  : T extends "multi-label"
    ? LabelInterpretation
    : ValueInterpretation;

/** Of photos that an exported classifier was tried on. */
export type PhotoInterpretation<T extends Task = "single-label"> = InterpretationOf<T> & {
  readonly skipped: readonly Skipped[];
};

interface Interpreted {
  /** The learner's classes, labels or values; the first two in the order of the confusion matrix. */
  readonly classes: readonly string[];
  /** How many it was tried on. */
  readonly photos: number;
}

interface HeatMapped {
  /** Why there are no heat maps, in a sentence, where there are none. */
  readonly withoutHeatMaps: string | undefined;
}

/** Of photos of one class each. */
export interface Interpretation extends Validation, Interpreted, HeatMapped {
  /** The most frequent first; of equals in the order of the classes. */
  readonly mostConfused: readonly ConfusedPair[];
  /** The greatest first. */
  readonly topLosses: readonly TopLoss[];
}

/** Of photos with any number of labels. */
export interface LabelInterpretation extends LabelValidation, Interpreted, HeatMapped {
  /** A matrix of two by two for each label. */
  readonly confusion: readonly LabelConfusion[];
  /** Photos on which `actual` was missed and `predicted` said wrongly; the most frequent first, of equals in the order of the labels. */
  readonly mostConfused: readonly ConfusedPair[];
  /** The greatest first. */
  readonly topLosses: readonly LabelTopLoss[];
}

/** Of photos with values. */
export interface ValueInterpretation extends ValueValidation, Interpreted {
  /** What is true and what was said of every photo, [photos, values] row by row, in the values' own units. */
  readonly actual: Float32Array;
  readonly predicted: Float32Array;
  /** The greatest first. */
  readonly topLosses: readonly ValueTopLoss[];
}

export interface ConfusedPair {
  readonly actual: string;
  readonly predicted: string;
  /** Photos. */
  readonly count: number;
}

interface TopPhoto {
  /** The photo's, as the dataset calls it. */
  readonly name: string;
  /** As the network sees it, resized and cropped: a JPEG file. */
  readonly photo: Uint8Array;
}

export interface TopLoss extends TopPhoto {
  readonly actual: string;
  readonly predicted: string;
  /** Cross-entropy: -ln of the probability of the actual class. */
  readonly loss: number;
  /** Of the predicted class, in [0, 1]. */
  readonly probability: number;
  readonly probabilityOfActual: number;
  /** What speaks for the predicted class, see `GradCam`: a JPEG file. */
  readonly heatMap: Uint8Array | undefined;
}

export interface LabelTopLoss extends TopPhoto {
  /** In the order of the labels. */
  readonly actual: readonly string[];
  readonly predicted: readonly string[];
  /** Binary cross-entropy, the mean over all labels. */
  readonly loss: number;
  /** The one that most of the loss is from. */
  readonly label: string;
  /** Of that label, in [0, 1]. */
  readonly probability: number;
  /** What speaks for that label, see `GradCam`: a JPEG file. */
  readonly heatMap: Uint8Array | undefined;
}

export interface ValueTopLoss extends TopPhoto {
  /** By name, in their own units. */
  readonly actual: Readonly<Record<string, number>>;
  readonly predicted: Readonly<Record<string, number>>;
  /** Squared error by the value's variance in these photos, the mean over all values: its mean over the photos is 1 - R². */
  readonly loss: number;
}

export interface GradCamOptions extends CallOptions {
  /** The class to look for; default: the predicted one. */
  readonly label?: string;
  /** A layer group, whose last feature map it is, or the name of a value in the network; default: the last feature map. */
  readonly layer?: string;
}

/**
 * Which places of a photo speak for a class: ReLU(Σ α_c·A_c), where A_c are the channels of a feature map and α_c the means of
 * the class's gradient by them (Selvaraju et al. 2017, arXiv 1610.02391).
 */
export interface GradCam {
  readonly label: string;
  /** Of that class, or label, in [0, 1]. */
  readonly probability: number;
  /** [height, width] of the feature map; its maximum is 1, or all is 0 where nothing speaks for the class. */
  readonly map: Float32Array;
  readonly height: number;
  readonly width: number;
  /** The photo as the network sees it under the map, which is drawn out bilinearly: a JPEG file. */
  readonly overlay: Uint8Array;
}

export interface ActivationOptions extends CallOptions {
  /** Layer groups, whose ends are taken, or names of values in the network; default: all layer groups. */
  readonly layers?: readonly string[];
}

/** What a layer says of one photo. */
export interface Activation {
  /** Of the layer group, or of the value. */
  readonly name: string;
  /** [C, H, W]; [tokens, channels] or [channels] where the network has no map. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
