// What rows are labelled with, as losses take it: the number of a class, labels as zeros and ones, or numbers.
import type { Photo, PhotoSet } from "../../../datasets/photo-set.js";
import { assert } from "../../../errors.js";
import { float32, int32, sizeOf, type Tensor } from "../../../tensor.js";
import type { TargetForm } from "../../../training-graph/loss.js";

/** int32 [N], or float32 [N, width]. */
export type Targets = Tensor<"int32"> | Tensor<"float32">;

/** Of photos of this set, in order. */
export function targetsOf(labels: readonly Photo["label"][], { task, classes }: Pick<PhotoSet, "task" | "classes">) {
  if (task === "single-label") return int32([labels.length], labels as readonly number[]);
  const width = classes.length;
  const targets = float32([labels.length, width]);
  for (const [row, label] of labels.entries()) {
    assert(typeof label !== "number", "a photo has labels or values");
    if (task === "regression") targets.data.set(label, row * width);
    else for (const index of label) targets.data[row * width + index] = 1;
  }
  return targets;
}

/** Rows `start` … `end - 1`, as a view. */
export function sliceTargets(targets: Targets, start: number, end: number): Targets {
  const { shape, width } = formOf(targets, end - start);
  const [from, to] = [start * width, end * width];
  return targets.dtype === "int32"
    ? int32(shape, targets.data.subarray(from, to))
    : float32(shape, targets.data.subarray(from, to));
}

/** Some rows, in this order, copied. */
export function pickTargets(targets: Targets, rows: ArrayLike<number>): Targets {
  const { shape, width } = formOf(targets, rows.length);
  const picked = targets.dtype === "int32" ? int32(shape, new Int32Array(rows.length)) : float32(shape);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < width; j++) picked.data[i * width + j] = targets.data[rows[i]! * width + j]!;
  }
  return picked;
}

/** Zeros, where nothing is known and the loss does not matter. */
export const blankTargets = (form: TargetForm, rows: number): Targets =>
  form.dtype === "int32" ? int32([rows], new Int32Array(rows)) : float32([rows, form.width]);

/** The shape of so many rows, and how many numbers one has. */
function formOf({ shape: [, ...rest] }: Targets, rows: number) {
  return { shape: [rows, ...rest], width: sizeOf(rest) };
}
