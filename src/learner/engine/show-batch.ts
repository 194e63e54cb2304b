// The first batch of an epoch as training sees it, as a picture to look at.
import { toPixels } from "../../datasets/batches.js";
import type { Photo, PhotoSet } from "../../datasets/photo-set.js";
import type { Size } from "../../datasets/resize.js";
import { type ImageTransform, outputSize } from "../../datasets/transform.js";
import { isRegraftError } from "../../errors.js";
import { float32 } from "../../tensor.js";
import type { CallContext } from "../border/channel.js";
import { contactSheet, type Shown } from "./contact-sheet.js";
import { augmenterOf } from "./divided.js";
import { type FeatureSource, memorySource, rowsDuring } from "./features/feature-source.js";
import { photosOfRows } from "./features/photos-of-rows.js";
import { type Targets, targetsOf } from "./features/targets.js";
import { viewsDrawn } from "./features/view-source.js";
import type { LearnerState } from "./learner-state.js";
import { isMixing } from "./open-learner.js";
import { batchDrawer } from "./training/batch-order.js";

export interface BatchRequest {
  /** At most so many of the batch. */
  readonly photos: number;
  readonly epoch: number;
  /** As it will be once all layers are unfrozen. */
  readonly unfrozen: boolean;
}

/**
 * No network is run. Photos that were not read before and cannot be, are left out.
 * @returns a self-contained SVG.
 */
export async function showBatch(
  state: LearnerState,
  { photos: most, epoch, unfrozen }: BatchRequest,
  { signal }: Pick<CallContext, "signal">,
): Promise<string> {
  const { learner, boundary } = state.divided;
  const { spec, photos: set, network } = learner;
  const { augment, seed } = spec;
  const { decoder } = state.platform;
  const { transform } = network;
  const all = state.extraction
    ? photosOfRows(state.extraction, "train")
    : set.photos.filter(({ split }) => split === "train");
  const rowLabels = {
    count: all.length,
    labels: targetsOf(
      all.map(({ label }) => label),
      set,
    ),
  };
  const batch = (await batchDrawer(rowLabels, spec))("order", epoch)[0]!;
  const isPixels = unfrozen || boundary.model === undefined;
  const mixing = augment && isPixels && isMixing(augment) ? augment : undefined;
  const augmenter = isPixels || augment?.views ? await augmenterOf(learner, { decoder }) : undefined;
  const path = ["epoch", epoch] as const;
  const views = isPixels ? undefined : viewsDrawn(all.length, augment?.views || 1, seed, path);
  const pixelsOf = async (row: number): Promise<Uint8Array> => {
    const { image, name } = all[row]!;
    if (!augmenter) return decoder.decode(image, transform);
    const [view] = await augmenter.views(image, name, [views ? ["view", views[row]!] : path]);
    signal.throwIfAborted();
    return view!;
  };
  // What photos are mixed with may be anywhere in the batch.
  const rows = mixing ? batch : batch.subarray(0, most);
  const read = (
    await Promise.all([...rows].map((row) => pixelsOf(row).then((rgb) => ({ row, rgb }), unlessUnreadable)))
  ).flatMap((one) => one ?? []);
  const pixels = toPixels(
    read.map(({ rgb }) => rgb),
    transform,
  );
  const photos = read.map(({ row }) => all[row]!);
  const width = pixels.data.length / Math.max(1, photos.length);
  const labels = targetsOf(
    photos.map(({ label }) => label),
    set,
  );
  const plain = memorySource({
    features: float32([photos.length, width], pixels.data),
    labels,
    names: photos.map(({ name }) => name),
  });
  const size = outputSize(transform);
  let source: FeatureSource = plain;
  if (mixing) {
    const { mixedSource } = await import("./features/mixed-source.js");
    source = mixedSource(plain, { spec: mixing, seed, classes: set.classes.length, size });
  }
  const shown: Shown[] = [];
  for await (const chunk of rowsDuring(source, path).chunks([Int32Array.from(photos.keys())], signal)) {
    for (let i = 0; i < Math.min(most, photos.length); i++) {
      const rgb = denormalised(chunk.features.data.subarray(i * width, (i + 1) * width), size, transform);
      const jpeg = await decoder.encode({ data: rgb, ...size });
      shown.push({ jpeg, caption: captionOf(set, photos[i]!.label, mixing && chunk.labels, i) });
    }
  }
  const what = augmenter || mixing ? "augmented" : "as they are";
  return contactSheet(shown, { size, title: `First batch of epoch ${epoch}, photos ${what}` });
}

function unlessUnreadable(error: unknown): undefined {
  if (!isRegraftError(error, "unreadable-image")) throw error;
}

/** From CHW back to 8-bit RGB in HWC: what was made of a byte is that byte again. */
export function denormalised(
  values: Float32Array,
  { height, width }: Size,
  { mean, std }: Pick<ImageTransform, "mean" | "std">,
): Uint8Array {
  const count = height * width;
  return Uint8Array.from({ length: 3 * count }, (_, i) => {
    const channel = i % 3;
    const value = values[channel * count + (i - channel) / 3]! * std[channel]! + mean[channel]!;
    return Math.max(0, Math.min(255, Math.round(255 * value)));
  });
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** @param mixed the batch's targets, where photos are mixed. */
function captionOf(
  { task, classes }: PhotoSet,
  label: Photo["label"],
  mixed: Targets | undefined,
  row: number,
): string {
  if (task === "single-label" && mixed) {
    const shares = classes.map((name, c) => ({ name, share: mixed.data[row * classes.length + c]! }));
    const present = shares.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
    return present.length === 1
      ? present[0]!.name
      : present.map(({ name, share }) => `${name} ${percent(share)}`).join(", ");
  }
  if (typeof label === "number") return classes[label]!;
  if (task === "regression") return label.map((value, i) => `${classes[i]} ${value}`).join(", ");
  return label.map((index) => classes[index]).join(", ") || "no label";
}
