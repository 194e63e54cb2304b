// An affine warp of 8-bit RGB, in one pass: bilinear, the picture mirrored beyond its edges, and where it shrinks the mean
// of as many samples as one pixel of the output covers. Plain arithmetic: the same bits wherever it runs.
import type { Rgb } from "../resample.js";
import type { Size } from "../resize.js";
import type { Affine } from "./view.js";

// Pixels of the picture. Each sample reads those less than one away: all of them count, none much more than others.
const furthestApart = 1.5;

export function warp({ data, height, width }: Rgb, by: Affine, output: Size): Uint8Array {
  const { xx, xy, x0, yx, yy, y0 } = by;
  // Samples in a pixel of the output.
  const across = Math.max(1, Math.ceil(Math.sqrt(xx * xx + yx * yx) / furthestApart));
  const down = Math.max(1, Math.ceil(Math.sqrt(xy * xy + yy * yy) / furthestApart));
  const share = 1 / (across * down);
  const out = new Uint8Array(output.height * output.width * 3);
  const [lastX, lastY, row] = [width - 1, height - 1, width * 3];
  let o = 0;
  for (let y = 0; y < output.height; y++) {
    for (let x = 0; x < output.width; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < down; j++) {
        const v = y + (j + 0.5) / down - 0.5;
        for (let i = 0; i < across; i++) {
          const u = x + (i + 0.5) / across - 0.5;
          const px = xx * u + xy * v + x0;
          const py = yx * u + yy * v + y0;
          let left = px | 0;
          let top = py | 0;
          // From the top left one to its neighbours, in bytes.
          let right = 3;
          let below = row;
          let fx = px - left;
          let fy = py - top;
          if (px < 0 || py < 0 || left >= lastX || top >= lastY) {
            const [column, line] = [Math.floor(px), Math.floor(py)];
            fx = px - column;
            fy = py - line;
            left = mirrored(column, lastX);
            top = mirrored(line, lastY);
            right = 3 * (mirrored(column + 1, lastX) - left);
            below = row * (mirrored(line + 1, lastY) - top);
          }
          const a = top * row + left * 3;
          const b = a + right;
          const c = a + below;
          const d = b + below;
          const wd = fx * fy;
          const wc = fy - wd;
          const wb = fx - wd;
          const wa = 1 - fx - wc;
          red += wa * data[a]! + wb * data[b]! + wc * data[c]! + wd * data[d]!;
          green += wa * data[a + 1]! + wb * data[b + 1]! + wc * data[c + 1]! + wd * data[d + 1]!;
          blue += wa * data[a + 2]! + wb * data[b + 2]! + wc * data[c + 2]! + wd * data[d + 2]!;
        }
      }
      out[o++] = red * share + 0.5;
      out[o++] = green * share + 0.5;
      out[o++] = blue * share + 0.5;
    }
  }
  return out;
}

/** The index that one beyond the edges shows, as in a mirror through the centre of the edge's pixel: -1 is 1. */
function mirrored(index: number, last: number): number {
  if (last === 0) return 0;
  const period = 2 * last;
  const within = ((index % period) + period) % period;
  return within > last ? period - within : within;
}
