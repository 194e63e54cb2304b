// Numbers as colours: matplotlib's magma, dark to bright, which colour-blind eyes and grey prints read as well.

/** Of 0, 1/8, …, 1. */
const stops = [
  [0, 0, 4],
  [28, 16, 68],
  [79, 18, 123],
  [129, 37, 129],
  [181, 54, 122],
  [229, 80, 100],
  [251, 135, 97],
  [254, 194, 135],
  [252, 253, 191],
] as const;

/** Of values 0…1, one colour after the other: 8-bit RGB. What lies outside has the colour of the end. */
export function coloured(values: Float32Array): Uint8Array {
  const rgb = new Uint8Array(3 * values.length);
  for (const [i, value] of values.entries()) {
    const place = Math.min(Math.max(value, 0), 1) * (stops.length - 1);
    const low = Math.min(Math.floor(place), stops.length - 2);
    for (let c = 0; c < 3; c++) {
      const [from, to] = [stops[low]![c]!, stops[low + 1]![c]!];
      rgb[3 * i + c] = Math.round(from + (place - low) * (to - from));
    }
  }
  return rgb;
}

/** Half photo, half the heat above it; fast.ai's lesson shows 0.6 of it. */
const share = 0.5;

/** A photo, 8-bit RGB, under the colours of a heat map of its size. */
export function overlaid(photo: Uint8Array, heat: Float32Array): Uint8Array {
  const colours = coloured(heat);
  return photo.map((value, i) => Math.round((1 - share) * value + share * colours[i]!));
}
