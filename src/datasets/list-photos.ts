// The photos of a list, as those of a folder are found.
import type { FolderPhotos, FoundPhoto } from "./folder-photos.js";
import type { ImageList } from "./image-list.js";
import { nameOf } from "./image-source.js";

export function listPhotos({ items, skipped = [] }: ImageList): FolderPhotos {
  const [first] = items;
  // Those of one list have the same.
  const classes = first && "targets" in first ? Object.keys(first.targets) : undefined;
  const photos = items.map(
    (item, i): FoundPhoto => ({
      image: item.image,
      label: labelOf(item, classes),
      split: item.split,
      name: item.name ?? nameOf(item.image) ?? `item ${i}`,
    }),
  );
  const values = first && "target" in first ? ["target"] : classes;
  return { photos, skipped, ...(values && { classes: values }) };
}

function labelOf(item: ImageList["items"][number], classes: readonly string[] = []): FoundPhoto["label"] {
  if ("label" in item) return item.label;
  if ("labels" in item) return [...new Set(item.labels)];
  return "target" in item ? [item.target] : classes.map((name) => item.targets[name]!);
}
