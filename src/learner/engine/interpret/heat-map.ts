// From a feature map and a class's gradient by it to the places that speak for the class; and such maps in other sizes.
import type { Size } from "../../../datasets/resize.js";

/** One photo's feature map: `channels` planes of `height` · `width`, or as many channels at each place. */
export interface MapLayout extends Size {
  readonly channels: number;
  readonly channelsLast: boolean;
}

/** ReLU(Σ α_c·A_c), α_c the mean of the gradient of channel c, divided by its maximum where that is above 0. [height, width] */
export function classActivation(map: Float32Array, gradient: Float32Array, layout: MapLayout): Float32Array {
  const { height, width, channels, channelsLast } = layout;
  const places = height * width;
  const at = (channel: number, place: number): number =>
    channelsLast ? place * channels + channel : channel * places + place;
  const sums = new Float64Array(places);
  for (let channel = 0; channel < channels; channel++) {
    let total = 0;
    for (let place = 0; place < places; place++) total += gradient[at(channel, place)]!;
    const weight = total / places;
    for (let place = 0; place < places; place++) sums[place]! += weight * map[at(channel, place)]!;
  }
  const highest = sums.reduce((most, value) => Math.max(most, value), 0);
  return Float32Array.from(sums, (value) => (highest > 0 ? Math.max(0, value) / highest : 0));
}

/** Drawn out bilinearly, pixels being areas: the centres of the outermost ones have no neighbours outside, and repeat. */
export function stretched(map: Float32Array, from: Size, to: Size): Float32Array {
  const [rows, columns] = [samples(from.height, to.height), samples(from.width, to.width)];
  const out = new Float32Array(to.height * to.width);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      const at = (line: number): number => {
        const [left, right] = [map[line * from.width + column.low]!, map[line * from.width + column.high]!];
        return left + column.part * (right - left);
      };
      const [top, bottom] = [at(row.low), at(row.high)];
      out[y * to.width + x] = top + row.part * (bottom - top);
    }
  }
  return out;
}

/** Between which of `from` pixels each of `to` lies, and how far on the way. */
function samples(from: number, to: number): { low: number; high: number; part: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(place);
    return { low, high: Math.min(low + 1, from - 1), part: place - low };
  });
}
