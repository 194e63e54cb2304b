// Photos by class, and which of a class's photos validate.
import type { FoundPhoto } from "./folder-photos.js";
import { inOrder } from "./order.js";
import { type Split, type SplitOptions, splitClass } from "./split.js";

/** Classes in order, their photos in order of name. */
export function groupByClass(photos: readonly FoundPhoto[]): ReadonlyMap<string, readonly FoundPhoto[]> {
  const groups = new Map<string, FoundPhoto[]>();
  for (const photo of inOrder(photos, ({ name }) => name)) {
    const label = photo.label as string;
    const group = groups.get(label);
    if (group) group.push(photo);
    else groups.set(label, [photo]);
  }
  return new Map(inOrder(groups, ([label]) => label));
}

/** The split of one class's photos: as it is given, or else drawn. */
export function splitsOf(photos: readonly FoundPhoto[], options: Required<SplitOptions>): readonly Split[] {
  const given = photos.map(({ split }) => split).filter((split) => split !== undefined);
  if (given.length === photos.length) return given;
  const names = photos.map(({ name }) => name);
  return splitClass(photos[0]!.label as string, names, options);
}
