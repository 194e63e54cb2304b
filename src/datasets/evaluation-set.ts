// The photos of a dataset that a trained model is tried on, with their classes numbered as the model numbers them.
import { RegraftError } from "../errors.js";
import { type Dataset, photosOf, sourceOf } from "./dataset.js";
import type { FileTree } from "./folder-photos.js";
import { groupByClass, type Photo, type PhotoSet, splitsOf } from "./photo-set.js";
import type { Split } from "./split.js";

export interface EvaluationOptions {
  /** The model's, in the order of its logits. */
  readonly classes: readonly string[];
  /** Default: "valid" where the dataset itself says the split, "all" where it would have to be drawn. */
  readonly split: Split | "all" | undefined;
}

/**
 * Unlike those to train on they may be few, and of some of the classes only.
 * @throws as `photosOf`; "invalid-dataset" when there are no photos, or labels that the model does not know
 */
export async function resolveEvaluation(
  data: Dataset,
  files: FileTree,
  { classes, split }: EvaluationOptions,
): Promise<PhotoSet> {
  const source = sourceOf(data);
  const { photos: found, skipped } = await photosOf(data, files);
  const wanted = split ?? (found.some((photo) => photo.split !== undefined) ? "valid" : "all");
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
  if (photos.length === 0) {
    const reason = wanted === "all" ? "no photos" : `no photos in the ${wanted} split`;
    throw refusal(source, reason, "Put the photos of each class into a folder of their own, or list them.");
  }
  return { task: "single-label", classes, photos, skipped };
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
