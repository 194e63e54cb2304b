// One view of a photo: what is drawn at random to vary it, as plain data, and the drawing. No pixels.
import type { Stream } from "../../random.js";
import { centreWindow, type Size, type Window } from "../resize.js";
import type { ImageTransform } from "../transform.js";
import { outputSize } from "../transform.js";
import type { PhotoAugment, Range } from "./augment-spec.js";

/**
 * From a pixel of the output to a place in the picture, both counted from the centre of the first pixel:
 * x' = xx·x + xy·y + x0, y' = yx·x + yy·y + y0.
 */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

export interface ColourStep {
  readonly kind: "brightness" | "contrast" | "saturation" | "hue";
  /** 1 changes nothing; of a hue it is a share of the colour circle to turn by, and 0 changes nothing. */
  readonly by: number;
}

export interface PhotoView {
  readonly warp: Affine;
  /** In this order. */
  readonly colour: readonly ColourStep[];
  /** A rectangle of the output. */
  readonly erased: Window | undefined;
}

/** The stream for a purpose, so that what one of them draws changes nothing of the others. */
export type Draw = (what: string) => Stream;

/** @param picture the size of what `decodeWhole` gives. */
export function drawView(spec: PhotoAugment, picture: Size, transform: ImageTransform, draw: Draw): PhotoView {
  const output = outputSize(transform);
  const { randomResizedCrop: crop } = spec;
  const box = crop ? randomBox(picture, crop, draw("crop")) : plainBox(picture, transform);
  const flipped = (what: string, probability: number): boolean => draw(what).next() < probability;
  const turn = {
    degrees: between([-spec.rotation, spec.rotation], draw("rotation")),
    mirrored: flipped("horizontal flip", spec.horizontalFlip),
    upsideDown: flipped("vertical flip", spec.verticalFlip),
  };
  return {
    warp: affine(box, output, turn),
    colour: colourSteps(spec.colorJitter, draw("colour")),
    erased: randomErasure(output, spec.randomErasing, draw("erasing")),
  };
}

/** The view that changes nothing: what the photo is without augmentation. */
export const plainView = (picture: Size, transform: ImageTransform): PhotoView => ({
  warp: affine(plainBox(picture, transform), outputSize(transform), { degrees: 0, mirrored: false, upsideDown: false }),
  colour: [],
  erased: undefined,
});

/** What the transform crops, in a picture that may be larger than the transform makes it. */
function plainBox(picture: Size, transform: ImageTransform): Window {
  const { resize } = transform;
  const output = outputSize(transform);
  if ("shortestEdge" in resize) {
    const scale = Math.min(picture.height, picture.width) / resize.shortestEdge;
    return centred(picture, { height: output.height * scale, width: output.width * scale });
  }
  return centred(picture, {
    height: (output.height * picture.height) / resize.height,
    width: (output.width * picture.width) / resize.width,
  });
}

/** To the very pixel where the picture is as large as the transform makes it. */
const centred = (picture: Size, box: Size): Window =>
  Number.isInteger(box.height) && Number.isInteger(box.width)
    ? centreWindow(picture, box)
    : { ...box, top: (picture.height - box.height) / 2, left: (picture.width - box.width) / 2 };

// As often torchvision tries before it takes what fits.
const tries = 10;

/**
 * As torchvision's RandomResizedCrop, but not rounded to whole pixels: a share of the picture's area, of a width to height
 * drawn from the logarithms, anywhere in it. What fits ten times nowhere is the largest in the middle.
 */
function randomBox(picture: Size, { scale, ratio }: { scale: Range; ratio: Range }, from: Stream): Window {
  const { height, width } = picture;
  for (let i = 0; i < tries; i++) {
    const box = boxOf(height * width * between(scale, from), ratioBetween(ratio, from));
    const [down, right] = [from.next(), from.next()];
    if (box.height > height || box.width > width) continue;
    return { ...box, top: down * (height - box.height), left: right * (width - box.width) };
  }
  const own = width / height;
  const wanted = Math.min(Math.max(own, ratio[0]), ratio[1]);
  return centred(
    picture,
    own < wanted ? { height: width / wanted, width } : { height, width: Math.min(width, height * wanted) },
  );
}

/** Of this area, and width to height. */
const boxOf = (area: number, ratio: number): Size => ({
  height: Math.sqrt(area / ratio),
  width: Math.sqrt(area * ratio),
});

const between = ([least, most]: Range, from: Stream): number => least + (most - least) * from.next();

/** Engines may differ in the last bit of a logarithm, a power or a sine: single precision does not show it. */
const ratioBetween = ([least, most]: Range, from: Stream): number =>
  Math.fround(Math.exp(between([Math.log(least), Math.log(most)], from)));

interface Turn {
  /** Clockwise, as the photo appears. */
  readonly degrees: number;
  readonly mirrored: boolean;
  readonly upsideDown: boolean;
}

/** The box, turned about its centre, fills the output. */
function affine(box: Window, output: Size, { degrees, mirrored, upsideDown }: Turn): Affine {
  const scaleX = (mirrored ? -1 : 1) * (box.width / output.width);
  const scaleY = (upsideDown ? -1 : 1) * (box.height / output.height);
  const { sine, cosine } = circle(degrees);
  // 0 minus it: a negative zero is no plain data.
  const [xx, xy, yx, yy] = [scaleX * cosine, scaleY * sine, 0 - scaleX * sine, scaleY * cosine];
  const [x, y] = [(output.width - 1) / 2, (output.height - 1) / 2];
  const [centreX, centreY] = [box.left + box.width / 2 - 0.5, box.top + box.height / 2 - 0.5];
  return { xx, xy, x0: centreX - xx * x - xy * y, yx, yy, y0: centreY - yx * x - yy * y };
}

function circle(degrees: number): { sine: number; cosine: number } {
  const angle = (degrees * Math.PI) / 180;
  if (degrees % 90 === 0) return { sine: Math.round(Math.sin(angle)), cosine: Math.round(Math.cos(angle)) };
  return { sine: Math.fround(Math.sin(angle)), cosine: Math.fround(Math.cos(angle)) };
}

/** As torchvision's ColorJitter: factors from [max(0, 1 - x), 1 + x], the hue from [-x, x], in random order. */
function colourSteps(jitter: PhotoAugment["colorJitter"], from: Stream): readonly ColourStep[] {
  const { brightness, contrast, saturation, hue } = jitter;
  const factor = (most: number): Range => [Math.max(0, 1 - most), 1 + most];
  const steps = [
    { kind: "brightness", by: between(factor(brightness), from) },
    { kind: "contrast", by: between(factor(contrast), from) },
    { kind: "saturation", by: between(factor(saturation), from) },
    { kind: "hue", by: between([-hue, hue], from) },
  ] as const;
  const ranked = steps.map((step) => ({ step, rank: from.next() })).sort((a, b) => a.rank - b.rank);
  return ranked.flatMap(({ step }) => (jitter[step.kind] > 0 ? [step] : []));
}

// Torchvision's, which are those of the paper (Zhong et al. 2017, arXiv 1708.04896).
const erasedScale: Range = [0.02, 0.33];
const erasedRatio: Range = [0.3, 3.3];

/** As torchvision's RandomErasing; what fits ten times nowhere is left out. */
function randomErasure({ height, width }: Size, probability: number, from: Stream): Window | undefined {
  if (from.next() >= probability) return undefined;
  for (let i = 0; i < tries; i++) {
    const box = boxOf(height * width * between(erasedScale, from), ratioBetween(erasedRatio, from));
    const whole = { height: Math.round(box.height), width: Math.round(box.width) };
    const [down, right] = [from.next(), from.next()];
    if (whole.height >= height || whole.width >= width || whole.height * whole.width === 0) continue;
    const top = Math.floor(down * (height - whole.height + 1));
    return { ...whole, top, left: Math.floor(right * (width - whole.width + 1)) };
  }
  return undefined;
}
