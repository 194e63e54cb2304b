// Rows of photos that the frozen network has been run on already, for an extraction of other photos that has those too.
import type { ImageSource } from "../../../datasets/image-source.js";
import type { Photo, PhotoSet } from "../../../datasets/photo-set.js";
import type { Collector } from "./feature-collector.js";
import type { FeatureSource } from "./feature-source.js";
import type { Extraction } from "./features.js";

/** By the photo: its path, or the very bytes that it was given in. */
export type KnownRows = Readonly<Record<Photo["split"], ReadonlyMap<ImageSource, Float32Array>>>;

/**
 * @param extraction of these photos, where it was made; of those with several rows each, none are known.
 * @param views of each photo to train on.
 */
export async function knownRows(
  { photos }: PhotoSet,
  extraction: Extraction | undefined,
  { views }: { readonly views: number },
): Promise<KnownRows> {
  const rowsOf = async (split: Photo["split"]): Promise<ReadonlyMap<ImageSource, Float32Array>> => {
    const source = extraction?.[split];
    if (!source || (split === "train" && views > 0)) return new Map();
    return rowsByPhoto(
      photos.filter((photo) => photo.split === split),
      source,
    );
  };
  return { train: await rowsOf("train"), valid: await rowsOf("valid") };
}

/** Rows are in the order of their photos, those left out that could not be read. */
async function rowsByPhoto(photos: readonly Photo[], source: FeatureSource) {
  const [{ features }, counts] = [await source.slice(0, source.count), [counted(photos), countedNames(source.names)]];
  const width = features.shape[1]!;
  const known = new Map<ImageSource, Float32Array>();
  let row = 0;
  for (const { image, name } of photos) {
    if (source.names[row] !== name) continue;
    // Of several photos of one name it is not known which one could not be read.
    if (counts[0]!.get(name) === counts[1]!.get(name))
      known.set(image, features.data.subarray(row * width, (row + 1) * width));
    row++;
  }
  return known;
}

const counted = (photos: readonly Photo[]) => countedNames(photos.map(({ name }) => name));

function countedNames(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The collector, but that known photos are neither read nor run. */
export function collectUnknown(collector: Collector, known: KnownRows): Collector {
  return {
    ...collector,
    load: async (photo) => (known[photo.split].has(photo.image) ? { rgb: [undefined] } : collector.load(photo)),
    add: async (photo, loaded, features) => {
      const row = known[photo.split].get(photo.image);
      await collector.add(photo, loaded, row ? [row] : features);
    },
  };
}
