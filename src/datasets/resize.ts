// The geometry of a transform: sizes and windows, no pixels.

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** A rectangle of an image, in pixels. */
export interface Window extends Size {
  readonly top: number;
  readonly left: number;
}

/** To an exact size, aspect ratio ignored, or until the shorter edge has this length. */
export type Resize = Size | { readonly shortestEdge: number };

/** The size after resizing. The longer edge is truncated, as torchvision and transformers do: int(edge · long / short). */
export function resizedSize({ height, width }: Size, resize: Resize): Size {
  if (!("shortestEdge" in resize)) return { height: resize.height, width: resize.width };
  const edge = resize.shortestEdge;
  return height <= width
    ? { height: edge, width: Math.trunc((edge * width) / height) }
    : { height: Math.trunc((edge * height) / width), width: edge };
}

/**
 * The window of `crop` in the middle. An odd margin gives its extra pixel to the bottom and right, as transformers'
 * `center_crop` (Python, JS in Node) has it; torchvision rounds half to even and so differs by one where margin % 4 is 3.
 */
export const centreWindow = (size: Size, crop: Size): Window => ({
  top: Math.floor((size.height - crop.height) / 2),
  left: Math.floor((size.width - crop.width) / 2),
  height: crop.height,
  width: crop.width,
});

/** The size after resizing, but where the photo has the pixels up to `finest` times as large, each way. */
export function finerSize(size: Size, resize: Resize, finest: number): Size {
  const within = (own: number): number => Math.min(finest, Math.max(1, own));
  if ("shortestEdge" in resize) {
    const { shortestEdge } = resize;
    const scale = within(Math.min(size.height, size.width) / shortestEdge);
    return resizedSize(size, { shortestEdge: Math.round(shortestEdge * scale) });
  }
  const scale = within(Math.min(size.height / resize.height, size.width / resize.width));
  return { height: Math.round(resize.height * scale), width: Math.round(resize.width * scale) };
}

// Of the shorter edge: a strip of a thousand by a million pixels would not fit into memory.
const longestEdge = 4;

/** The part of a resized photo that crops are taken from: all of it, but of long strips the middle. */
export const middleOf = (size: Size, resize: Resize): Window =>
  centreWindow(
    size,
    "shortestEdge" in resize
      ? {
          height: Math.min(size.height, longestEdge * size.width),
          width: Math.min(size.width, longestEdge * size.height),
        }
      : size,
  );

// From a factor of 4 on, libvips averages whole pixels before it filters (and JPEGs are decoded at reduced size, half a
// pixel off where an edge is odd), which differs from one wide filter by up to 1.0 of 255. Two steps below 4 do not.
const largestStep = 3.9;

/** The sizes libvips goes through on the way to `target`: reductions only, where an edge grows it is left as it is. */
export function reductionSteps(size: Size, target: Size): readonly Size[] {
  const towards = (factor: number): Size => ({
    height: Math.min(size.height, Math.floor(target.height * factor)),
    width: Math.min(size.width, Math.floor(target.width * factor)),
  });
  const steps = [towards(largestStep), towards(1)];
  return steps.filter((step, i) => !sameSize(step, i === 0 ? size : steps[i - 1]!));
}

export const sameSize = (a: Size, b: Size): boolean => a.height === b.height && a.width === b.width;
