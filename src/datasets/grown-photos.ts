// The photos of datasets that others have become. Each photo has its split before labels change or lists are joined: it keeps
// the side that it was on.
import { RegraftError } from "../errors.js";
import { groupByClass, splitsOf } from "./class-splits.js";
import { type Dataset, type JoinedPhotos, type RenamedClasses, sourceOf } from "./dataset.js";
import type { FolderPhotos, FoundPhoto } from "./folder-photos.js";
import { inOrder } from "./order.js";
import type { PhotoSet } from "./photo.js";
import { type Unclassed, unclassedPhotos } from "./unclassed-photos.js";

/** What is found in a dataset. */
export type Find = (data: Dataset) => Promise<FolderPhotos>;

/**
 * @param find of the datasets that it was made of.
 * @throws as `find`; "invalid-dataset" as `joined` does
 */
export async function grownPhotos(data: JoinedPhotos | RenamedClasses, find: Find): Promise<FolderPhotos> {
  const base = await drawnPhotos(data.base, find);
  if (data.kind === "renamed") return renamed(base, data);
  return joined(base, await drawnPhotos(data.more, find), data);
}

/** The photos of a dataset, each with its split; labels and values with what they are called. */
export async function drawnPhotos(data: Dataset, find: Find): Promise<FolderPhotos> {
  const all = await find(data);
  if (data.task !== "single-label") return { ...all, ...found(unclassedPhotos(data, all), data) };
  const photos = [...groupByClass(all.photos).values()].flatMap((members) => {
    const splits = splitsOf(members, data);
    return members.map((photo, i): FoundPhoto => ({ ...photo, split: splits[i] }));
  });
  return { ...all, photos };
}

/** Photos that were resolved, as they are found in a dataset that gives all splits. */
export const foundIn = (set: PhotoSet): FolderPhotos => ({
  ...found(set, set),
  skipped: set.skipped,
  ...(set.units && { units: set.units }),
});

function found({ classes, photos }: Unclassed, { task }: Pick<PhotoSet, "task">): Omit<FolderPhotos, "skipped"> {
  const labelOf = (label: number | readonly number[]): FoundPhoto["label"] => {
    if (typeof label === "number") return classes[label]!;
    return task === "regression" ? label : label.map((index) => classes[index]!);
  };
  const all = photos.map((photo): FoundPhoto => ({ ...photo, label: labelOf(photo.label) }));
  return { ...(task !== "single-label" && { classes }), photos: all };
}

/**
 * A photo at the path of one that is there already, or the same file of those that a user chose, stays what that is.
 * @throws "invalid-dataset" when there are none to add, or they have other values
 */
export function joined(
  base: FolderPhotos,
  more: FolderPhotos,
  { task, more: data, units }: Pick<JoinedPhotos, "task" | "more" | "units">,
): FolderPhotos {
  const refuse = (reason: string, remedy: string): RegraftError =>
    new RegraftError(
      "invalid-dataset",
      { source: sourceOf(data), reason },
      `Cannot add ${sourceOf(data)}: ${reason}. ${remedy}`,
    );
  if (more.photos.length === 0) throw refuse("no photos", "Add photos of known classes, or of new ones.");
  const known = new Set(base.photos.map(identityOf));
  const added = more.photos.filter((photo) => !known.has(identityOf(photo)));
  const skipped = [
    ...base.skipped,
    ...more.skipped.filter(({ image }) => base.skipped.every((s) => s.image !== image)),
  ];
  const rest = { skipped, ...(units && { units }) };
  if (!base.classes) return { ...rest, photos: [...base.photos, ...added] };
  if (task === "multi-label") {
    const classes = new Set([...base.classes, ...(more.classes ?? [])]);
    return { ...rest, classes: sortedAs(base.classes, [...classes]), photos: [...base.photos, ...added] };
  }
  const [ours, theirs] = [base.classes, more.classes ?? []];
  // A single value is meant whatever it is called.
  const places = ours.length === 1 && theirs.length === 1 ? [0] : ours.map((name) => theirs.indexOf(name));
  if (places.includes(-1) || theirs.length !== ours.length)
    throw refuse(`its values are ${theirs.join(", ")}, not ${ours.join(", ")}`, "Give the same values by their names.");
  const inPlace = ({ label, ...photo }: FoundPhoto): FoundPhoto => ({
    ...photo,
    label: places.map((place) => (label as readonly number[])[place]!),
  });
  return { ...rest, classes: ours, photos: [...base.photos, ...added.map(inPlace)] };
}

/** Every choice of a file makes another object of it. */
const identityOf = ({ image, name }: FoundPhoto): unknown =>
  image instanceof File ? `${name} ${image.size} ${image.lastModified}` : image;

/** Several classes of one name are one class. */
export function renamed(
  base: FolderPhotos,
  { task, names, to }: Pick<RenamedClasses, "task" | "names" | "to">,
): FolderPhotos {
  const rename = (name: string): string => (names.includes(name) ? to : name);
  const classes = base.classes && [...new Set(base.classes.map(rename))];
  const relabelled = ({ label, ...photo }: FoundPhoto): FoundPhoto => {
    if (typeof label === "string") return { ...photo, label: rename(label) };
    if (task === "regression") return { ...photo, label };
    return { ...photo, label: [...new Set((label as readonly string[]).map(rename))] };
  };
  return {
    ...base,
    ...(classes && { classes: task === "regression" ? classes : sortedAs(base.classes!, classes) }),
    photos: base.photos.map(relabelled),
  };
}

/** In order where those before were; else as they come. */
function sortedAs(before: readonly string[], names: readonly string[]): readonly string[] {
  const isSorted = before.every((name, i) => i === 0 || before[i - 1]! < name);
  return isSorted ? inOrder(names, (name) => name) : names;
}
