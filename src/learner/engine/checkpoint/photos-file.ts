// The photos of a training as a file beside its checkpoints: names, classes and split, and which of them could not be read.
import type { PhotoSet } from "../../../datasets/photo-set.js";
import { listed } from "../../../errors.js";
import type { Extraction } from "../features/extraction.js";
import { canonicalJson } from "../features/feature-key.js";

interface PhotosFile {
  readonly classes: readonly string[];
  /** All but the images themselves. */
  readonly photos: readonly { readonly name: string }[];
  /** Names of those that are left out of training; null: nobody has tried them yet. */
  readonly unreadable: readonly string[] | null;
}

/** @param extraction of these photos, where it has been made. */
export function photosFile(
  { classes, photos }: PhotoSet,
  extraction: Pick<Extraction, "photos"> | undefined,
): Uint8Array {
  const content: PhotosFile = {
    classes,
    photos: photos.map(({ image: _, ...photo }) => photo),
    unreadable: extraction ? unreadableOf(photos, extraction) : null,
  };
  return new TextEncoder().encode(JSON.stringify(content));
}

function unreadableOf(photos: PhotoSet["photos"], { photos: readable }: Pick<Extraction, "photos">): string[] {
  const read = new Set(readable);
  return photos.flatMap((photo) => (read.has(photo) ? [] : [photo.name]));
}

/** What is different about the photos now, as phrases. */
export function photoDifferences(saved: Uint8Array, now: Uint8Array): string[] {
  const [before, after] = [contentOf(saved), contentOf(now)];
  const gone = without(before.classes, after.classes);
  const added = without(after.classes, before.classes);
  const differences = [
    ...(gone.length > 0 ? [`classes are gone: ${listed(gone)}`] : []),
    ...(added.length > 0 ? [`classes are new: ${listed(added)}`] : []),
  ];
  const [old, present] = [byName(before), byName(after)];
  const names = [...old.keys()];
  const say = (what: string, some: readonly string[]): void => {
    if (some.length > 0)
      differences.push(`${some.length} ${some.length === 1 ? "photo" : "photos"} ${what}: ${listed(some)}`);
  };
  say(
    "gone",
    names.filter((name) => !present.has(name)),
  );
  say(
    "new",
    [...present.keys()].filter((name) => !old.has(name)),
  );
  // With other classes all labels are others.
  if (differences.length === 0)
    say(
      "of another class or split",
      names.filter((name) => old.get(name) !== present.get(name)),
    );
  if (before.unreadable && after.unreadable) {
    say("can be read that could not", without(before.unreadable, after.unreadable));
    say("cannot be read that could", without(after.unreadable, before.unreadable));
  }
  return differences;
}

const contentOf = (file: Uint8Array): PhotosFile => JSON.parse(new TextDecoder().decode(file));

const without = (some: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others);
  return some.filter((name) => !known.has(name));
};

/** Names may be there more than once in a list. */
function byName({ photos }: PhotosFile): Map<string, string> {
  const found = new Map<string, string>();
  for (const photo of photos) found.set(photo.name, (found.get(photo.name) ?? "") + canonicalJson(photo));
  return found;
}
