// What a network did with labelled photos, and those it was most wrong about as pictures.
import { whole } from "../../../arguments.js";
import type { Task } from "../../../datasets/task.js";
import { invalidArgument } from "../../../errors.js";
import type { CallContext } from "../../border/channel.js";
import type {
  Interpretation,
  InterpretationOf,
  InterpretOptions,
  LabelInterpretation,
  ValueInterpretation,
} from "../../interpret/interpretation.js";
import type { Tried } from "../classifier/photo-evaluation.js";
import { targetsOf } from "../features/targets.js";
import { labelConfusion, thresholdsFor } from "../training/label-metrics.js";
import type { LabelValidation, ValueValidation } from "../training/other-validations.js";
import type { Validation } from "../training/validation.js";
import type { AnyValidation } from "../training/validation-of.js";
import { labelsTakenFor, mostConfused } from "./most-confused.js";
import { type Looked, type PhotoPictures, photoPictures } from "./photo-pictures.js";
import { type RowLoss, topClassLosses, topLabelLosses, topValueLosses } from "./top-losses.js";

export type InterpretRequest = Pick<InterpretOptions, "topLosses" | "minCount">;

export interface Interpreted extends Tried, Looked {
  readonly task: Task;
  readonly classes: readonly string[];
  /** Of labels; undefined: 0.5 each. */
  readonly thresholds: readonly number[] | undefined;
  /** Of the same photos. */
  readonly result: AnyValidation;
}

/** What it takes to show rows as pictures, the class that each is looked at for. */
interface Showing {
  readonly most: number;
  readonly minCount: number;
  readonly show: <R extends RowLoss>(rows: readonly R[], index?: (row: R) => number) => Promise<PhotoPictures>;
}

/** @throws RegraftError "unreadable-image" for a photo that has gone, "invalid-argument"; the signal's reason */
export async function interpretation(
  interpreted: Interpreted,
  { topLosses: most = 9, minCount }: InterpretRequest,
  context: CallContext,
): Promise<InterpretationOf<Task>> {
  const { task, photos } = interpreted;
  whole("topLosses", most, 0, 1000);
  if (minCount !== undefined) {
    if (task === "regression") throw invalidArgument("minCount", "no such option where photos have values", minCount);
    whole("minCount", minCount, 1, 2 ** 31);
  }
  const show: Showing["show"] = (rows, index) => {
    const shown = rows.map((row) => ({ photo: photos[row.row]!, ...(index && { index: index(row) }) }));
    return photoPictures(shown, interpreted, context);
  };
  return tell[task](interpreted, { most, minCount: minCount ?? 1, show });
}

const tell = { "single-label": ofClasses, "multi-label": ofLabels, regression: ofValues } as const;

async function ofClasses(interpreted: Interpreted, { most, minCount, show }: Showing): Promise<Interpretation> {
  const { logits, classes, photos } = interpreted;
  const result = interpreted.result as Validation;
  const labels = truth(interpreted) as Int32Array;
  const rows = topClassLosses({ logits, labels, classes: classes.length }, most);
  const { pictures, withoutHeatMaps } = await show(rows, ({ predicted }) => predicted);
  return {
    ...result,
    classes,
    photos: photos.length,
    mostConfused: mostConfused(result.confusion, classes, minCount),
    topLosses: rows.map(({ row: _, actual, predicted, ...numbers }, i) => ({
      ...numbers,
      ...pictures[i]!,
      actual: classes[actual]!,
      predicted: classes[predicted]!,
    })),
    withoutHeatMaps,
  };
}

async function ofLabels(interpreted: Interpreted, { most, minCount, show }: Showing): Promise<LabelInterpretation> {
  const { logits, classes, photos, thresholds } = interpreted;
  const labels = truth(interpreted) as Float32Array;
  const outcome = { logits, labels, names: classes, thresholds: thresholdsFor(classes, thresholds) };
  const rows = topLabelLosses(outcome, most);
  const { pictures, withoutHeatMaps } = await show(rows, ({ worst }) => worst);
  return {
    ...(interpreted.result as LabelValidation),
    classes,
    photos: photos.length,
    confusion: labelConfusion(outcome),
    mostConfused: mostConfused(labelsTakenFor(outcome), classes, minCount),
    topLosses: rows.map(({ row: _, worst, ...rest }, i) => ({ ...rest, ...pictures[i]!, label: classes[worst]! })),
    withoutHeatMaps,
  };
}

async function ofValues(interpreted: Interpreted, { most, show }: Showing): Promise<ValueInterpretation> {
  const { logits: predicted, classes, photos } = interpreted;
  const actual = truth(interpreted) as Float32Array;
  const rows = topValueLosses({ predicted, actual, names: classes }, most);
  const { pictures } = await show(rows);
  const named = (values: Float32Array, row: number) =>
    Object.fromEntries(classes.map((name, at) => [name, values[row * classes.length + at]!]));
  return {
    ...(interpreted.result as ValueValidation),
    classes,
    photos: photos.length,
    actual,
    predicted,
    topLosses: rows.map(({ row, loss }, i) => {
      const { name, photo } = pictures[i]!;
      return { name, photo, loss, actual: named(actual, row), predicted: named(predicted, row) };
    }),
  };
}

const truth = ({ photos, ...set }: Interpreted) =>
  targetsOf(
    photos.map(({ label }) => label),
    set,
  ).data;
