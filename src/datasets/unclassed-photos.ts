// Photos that have no class: any number of labels each, or values. Their split is drawn over all of them at once.
import type { Dataset } from "./dataset.js";
import type { FolderPhotos, FoundPhoto } from "./folder-photos.js";
import { inOrder } from "./order.js";
import type { Photo, PhotoSet } from "./photo.js";
import { type Split, type SplitOptions, splitClass } from "./split.js";

export type Unclassed = Pick<PhotoSet, "classes" | "photos">;

/** Photos in order of name, with their labels numbered among `classes`, by default those that occur; values stay as they are. */
export function unclassedPhotos(data: Dataset, { photos: found, classes: known }: FolderPhotos): Unclassed {
  const sorted = inOrder(found, ({ name }) => name);
  if (data.task === "regression") {
    const splits = splitsOfAll(sorted, data);
    const photos = sorted.map(({ image, name, label }, i): Photo => {
      return { image, name, label: label as readonly number[], split: splits[i]! };
    });
    return { classes: known ?? [], photos };
  }
  const classes = known ?? inOrder(new Set(sorted.flatMap(({ label }) => label as readonly string[])), (name) => name);
  const indices = new Map(classes.map((name, index) => [name, index]));
  const labels = sorted.map(({ label }) =>
    (label as readonly string[]).map((name) => indices.get(name)!).sort((a, b) => a - b),
  );
  const splits = withTrained(splitsOfAll(sorted, data), labels, classes, hasSplits(sorted));
  const photos = sorted.map(({ image, name }, i): Photo => ({ image, name, label: labels[i]!, split: splits[i]! }));
  return { classes, photos };
}

const hasSplits = (photos: readonly FoundPhoto[]): boolean => photos.some(({ split }) => split !== undefined);

/** As they are given, or else drawn: each photo draws its own number, as in `splitClass`. */
function splitsOfAll(photos: readonly FoundPhoto[], options: Required<SplitOptions>): readonly Split[] {
  if (hasSplits(photos)) return photos.map(({ split }) => split!);
  const names = photos.map(({ name }) => name);
  // One photo trains: what is wrong with that is said later.
  return photos.length < 2 ? names.map(() => "train") : splitClass("", names, options);
}

/** A label must be learnt: where all its photos were drawn to validate, the first of them trains. */
function withTrained(
  drawn: readonly Split[],
  labels: readonly (readonly number[])[],
  classes: readonly string[],
  isGiven: boolean,
): readonly Split[] {
  if (isGiven) return drawn;
  const splits = [...drawn];
  for (const label of classes.keys()) {
    const own = labels.flatMap((all, i) => (all.includes(label) ? [i] : []));
    if (own.length > 0 && own.every((i) => splits[i] === "valid")) splits[own[0]!] = "train";
  }
  return splits;
}

export interface Problem {
  readonly reason: string;
  readonly remedy: string;
}

/** Why these cannot be trained on. */
export function problemOfUnclassed({ task, source }: { task: PhotoSet["task"]; source: string }, set: Unclassed) {
  const { classes, photos } = set;
  const train = photos.filter(({ split }) => split === "train");
  const problem = (reason: string, remedy: string): Problem => ({ reason, remedy });
  if (photos.length === 0) return problem("no photos", `List photos in ${source}.`);
  if (photos.length === 1) return problem("one photo only", "It takes two: one trains, one validates.");
  if (train.length === 0) return problem("no photos to train on", "Put photos into the train split.");
  if (train.length === photos.length)
    return problem("no photos to validate on", "Put photos into the valid split, or add some: most labels have one.");
  return task === "regression" ? problemOfValues(classes, train) : problemOfLabels(classes, train);
}

function problemOfLabels(classes: readonly string[], train: readonly Photo[]): Problem | undefined {
  const counts = Array<number>(classes.length).fill(0);
  for (const { label } of train) for (const index of label as readonly number[]) counts[index]!++;
  if (classes.length === 0) return { reason: "no photo has a label", remedy: "Name the labels of each photo." };
  const without = classes.filter((_, c) => counts[c] === 0);
  if (without.length > 0) {
    const reason = `no photo to train on has the label ${without.slice(0, 5).join(", ")}`;
    return { reason, remedy: "Add photos of it to the train split, or leave the label out." };
  }
  if (counts.every((count) => count === train.length))
    return {
      reason: "all photos have the same labels",
      remedy: "Add photos without some of them: there is nothing to tell apart.",
    };
  return undefined;
}

function problemOfValues(names: readonly string[], train: readonly Photo[]): Problem | undefined {
  for (const [at, name] of names.entries()) {
    const values = train.map(({ label }) => (label as readonly number[])[at]!);
    const mean = meanOf(values);
    const deviation = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
    if (new Set(values).size === 1) {
      const reason = `${name} is ${values[0]} on every photo to train on`;
      return { reason, remedy: "Add photos with other values, or leave it out." };
    }
    const size = `around ${Number(mean.toPrecision(6))} by ${Number(deviation.toPrecision(3))}`;
    // Single precision tells 2⁻²⁴ of a number apart: 64 steps to a standard deviation.
    if (deviation < Math.abs(mean) * 2 ** -18)
      return {
        reason: `${name} varies ${size}, too little to be told in single precision`,
        remedy: "Subtract the same number from all values.",
      };
    if (deviation < 1e-30 || deviation > 1e30)
      return { reason: `${name} varies ${size}, beyond single precision`, remedy: "Measure it in other units." };
  }
  return undefined;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
