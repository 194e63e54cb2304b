// The photos of a dataset that a trained model is tried on, with their classes numbered as the model numbers them.
import { RegraftError } from "../errors.js";
import { groupByClass, splitsOf } from "./class-splits.js";
import { type Dataset, sourceOf } from "./dataset.js";
import type { FileTree } from "./folder-photos.js";
import type { Photo, PhotoSet } from "./photo-set.js";
import { photosOf } from "./photos-of.js";
import type { Split } from "./split.js";
import type { Task } from "./task.js";

export interface EvaluationOptions {
  /** The model's, in the order of its logits. */
  readonly classes: readonly string[];
  /** Default: "valid" where the dataset itself says the split, "all" where it would have to be drawn. */
  readonly split: Split | "all" | undefined;
  /** What the model does; default "single-label". */
  readonly task?: Task;
}

/**
 * Unlike those to train on they may be few, and of some of the classes only.
 * @throws as `photosOf`; "invalid-dataset" when there are no photos, or labels that the model does not know
 */
export async function resolveEvaluation(
  data: Dataset,
  files: FileTree,
  { classes, split, task = "single-label" }: EvaluationOptions,
): Promise<PhotoSet> {
  const source = sourceOf(data);
  if (data.task !== task)
    throw refusal(source, `it is ${kinds[data.task]}`, `Give ${kinds[task]}: the model predicts these.`);
  const listed = await photosOf(data, files);
  const { photos: found, skipped } = listed;
  const wanted = split ?? (found.some((photo) => photo.split !== undefined) ? "valid" : "all");
  const refuseNone = (photos: readonly Photo[]): void => {
    if (photos.length > 0) return;
    const reason = wanted === "all" ? "no photos" : `no photos in the ${wanted} split`;
    throw refusal(source, reason, "Put the photos of each class into a folder of their own, or list them.");
  };
  if (task !== "single-label") {
    const { unclassedPhotos } = await import("./unclassed-photos.js");
    const set = unclassedPhotos(data, listed);
    const chosen = set.photos.filter(({ split }) => wanted === "all" || split === wanted);
    refuseNone(chosen);
    return { task, classes, photos: chosen.map(renumbered(set.classes, classes, task, source)), skipped };
  }
  const indices = new Map(classes.map((name, index) => [name, index]));
  const strangers: string[] = [];
  let photos: readonly Photo[] = [];
  for (const [className, members] of groupByClass(found)) {
    const splits = splitsOf(members, data);
    const label = indices.get(className) ?? -1;
    const all = members.map(({ image, name }, i): Photo => ({ image, name, label, split: splits[i]! }));
    const chosen = all.filter(({ split }) => wanted === "all" || split === wanted);
    if (label === -1 && chosen.length > 0) strangers.push(className);
    photos = photos.concat(chosen);
  }
  if (strangers.length > 0) throw unknownLabels(source, strangers, classes);
  refuseNone(photos);
  return { task: "single-label", classes, photos, skipped };
}

const kinds: Readonly<Record<Task, string>> = {
  "single-label": "a dataset of classes",
  "multi-label": "a dataset of labels",
  regression: "a dataset of values",
};

/** Labels by the model's numbers; values in the model's order, a single one whatever it is called. */
function renumbered(from: readonly string[], to: readonly string[], task: Task, source: string) {
  const places =
    task === "regression" && from.length === 1 && to.length === 1 ? [0] : from.map((name) => to.indexOf(name));
  const strangers = from.filter((_, i) => places[i] === -1);
  if (strangers.length > 0) throw unknownLabels(source, strangers, to);
  if (task === "regression" && from.length < to.length) {
    const missing = to.filter((name) => !from.includes(name));
    throw refusal(source, `it has no ${missing.join(", ")}`, `The model predicts ${to.join(", ")}: give all of them.`);
  }
  return ({ label, ...photo }: Photo): Photo => {
    const given = label as readonly number[];
    if (task === "regression") return { ...photo, label: to.map((_, i) => given[places.indexOf(i)]!) };
    return { ...photo, label: given.map((index) => places[index]!).sort((a, b) => a - b) };
  };
}

const mostNamed = 10;

function unknownLabels(source: string, strangers: readonly string[], classes: readonly string[]): RegraftError {
  const list = (names: readonly string[]): string =>
    names.slice(0, mostNamed).join(", ") + (names.length > mostNamed ? `, and ${names.length - mostNamed} more` : "");
  const reason = `the model does not know ${list(strangers)}`;
  return refusal(source, reason, `Call the classes as it does: ${list(classes)}.`);
}

const refusal = (source: string, reason: string, remedy: string): RegraftError =>
  new RegraftError("invalid-dataset", { source, reason }, `Cannot evaluate on ${source}: ${reason}. ${remedy}`);
