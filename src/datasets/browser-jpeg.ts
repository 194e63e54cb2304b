// JPEGs of pixels, by the browser's own encoder.
import { assert } from "../errors.js";
import type { Rgb } from "./resample.js";

export async function toJpeg({ data, height, width }: Rgb): Promise<Uint8Array> {
  const pixels = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels.data.set(data.subarray(from, from + 3), to);
    pixels.data[to + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  assert(context, "every browser draws in two dimensions");
  context.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  return new Uint8Array(await blob.arrayBuffer());
}
