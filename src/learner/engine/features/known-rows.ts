// Rows of photos that the frozen network has been run on already, for an extraction of other photos that has those too.
import type { ImageSource } from "../../../datasets/image-source.js";
import type { Photo } from "../../../datasets/photo-set.js";
import type { Extraction } from "./extraction.js";
import type { Collector } from "./feature-collector.js";
import type { FeatureSource } from "./feature-source.js";
import { photosOfRows } from "./photos-of-rows.js";

/** What is known of a photo: its rows; or, where rows are kept on disk, the SHA-256 of its file, by which they are found. */
export type KnownPhoto = { readonly rows: readonly Float32Array[] } | { readonly hash: string };

/** By the photo: its path, or the very bytes that it was given in. */
export type KnownRows = Readonly<Record<Photo["split"], ReadonlyMap<ImageSource, KnownPhoto>>>;

export async function knownRows(extraction: Extraction): Promise<KnownRows> {
  const rowsOf = (split: Photo["split"]) => rowsByPhoto(photosOfRows(extraction, split), extraction[split]);
  return { train: await rowsOf("train"), valid: await rowsOf("valid") };
}

async function rowsByPhoto(
  photos: readonly Photo[],
  { all, ...source }: FeatureSource,
): Promise<ReadonlyMap<ImageSource, KnownPhoto>> {
  const { hashes } = source;
  const knownAt = hashes ? (row: number) => ({ hash: hashes[row]! }) : await rowsIn(all ?? source, photos.length);
  return new Map(photos.map(({ image }, row) => [image, knownAt(row)]));
}

/** The rows of a photo by its number among so many, as views. */
async function rowsIn(all: FeatureSource, photos: number): Promise<(photo: number) => KnownPhoto> {
  const { features } = await all.slice(0, all.count);
  const [width, each] = [features.shape[1]!, all.count / photos];
  return (photo) => ({
    rows: Array.from({ length: each }, (_, i) =>
      features.data.subarray((photo * each + i) * width, (photo * each + i + 1) * width),
    ),
  });
}

/** The collector, but that photos whose rows are known are neither read nor run. */
export function collectUnknown(collector: Collector, known: KnownRows): Collector {
  const rowsOf = ({ split, image }: Photo): readonly Float32Array[] | undefined => {
    const found = known[split].get(image);
    return found && "rows" in found ? found.rows : undefined;
  };
  return {
    ...collector,
    load: async (photo) => {
      const rows = rowsOf(photo);
      return rows ? { rgb: rows.map(() => undefined) } : collector.load(photo);
    },
    add: (photo, loaded, features) => collector.add(photo, loaded, rowsOf(photo) ?? features),
  };
}
