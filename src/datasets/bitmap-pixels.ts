// The pixels of a decoded image in a browser. A canvas gives them, except for colours under alpha, which it multiplies
// and rounds: these come from a texture.
import { assert } from "../errors.js";
import type { ImageSource } from "./image-source.js";
import type { Rgb } from "./resample.js";
import type { Size, Window } from "./resize.js";
import { unreadable } from "./unreadable.js";

/** Read at a time: 256 kB stay in the processor's cache, and no canvas is too large for a small device. */
const tile: Size = { height: 128, width: 512 };

/** RGBA of a part of the image, row by row. */
type Read = (part: Window) => Uint8Array | Uint8ClampedArray;

/**
 * RGB as stored, alpha dropped. Without WebGL, and beyond its largest texture, colours of translucent pixels are rounded
 * the more the less of them shows, and invisible ones are black.
 * @param bitmap of `image`, decoded with `premultiplyAlpha: "none"`; stays open.
 * @throws "unreadable-image" where a privacy setting of the browser falsifies the pixels that pages read
 */
export function pixelsOf(image: ImageSource, bitmap: ImageBitmap): Rgb {
  const drawn = collect(bitmap, canvasReader(image, bitmap));
  return drawn.opaque ? drawn : (textureOf(bitmap) ?? drawn);
}

function collect({ width, height }: Size, read: Read): Rgb & { readonly opaque: boolean } {
  const data = new Uint8Array(width * height * 3);
  let alpha = 255;
  for (let top = 0; top < height; top += tile.height) {
    for (let left = 0; left < width; left += tile.width) {
      const part = {
        top,
        left,
        height: Math.min(tile.height, height - top),
        width: Math.min(tile.width, width - left),
      };
      const rgba = read(part);
      for (let y = 0, from = 0; y < part.height; y++) {
        let to = ((top + y) * width + left) * 3;
        for (const end = from + part.width * 4; from < end; from += 4) {
          data[to++] = rgba[from]!;
          data[to++] = rgba[from + 1]!;
          data[to++] = rgba[from + 2]!;
          alpha &= rgba[from + 3]!;
        }
      }
    }
  }
  return { data, width, height, opaque: alpha === 255 };
}

function canvasReader(image: ImageSource, bitmap: ImageBitmap): Read {
  const canvas = new OffscreenCanvas(Math.min(tile.width, bitmap.width), Math.min(tile.height, bitmap.height));
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  assert(context, "every browser draws in two dimensions");
  if (falsifies(context)) throw unreadable(image, "a privacy setting falsifies pixels: let this site read canvases");
  // Instead of over what the last part left.
  context.globalCompositeOperation = "copy";
  return ({ top, left, height, width }) => {
    context.drawImage(bitmap, left, top, width, height, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
}

function falsifies(context: OffscreenCanvasRenderingContext2D): boolean {
  context.fillStyle = "#4080c0";
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  // Some browsers change a pixel by one or two, against fingerprinting, which no network notices.
  return Math.abs(red! - 0x40) + Math.abs(green! - 0x80) + Math.abs(blue! - 0xc0) > 8;
}

function textureOf(bitmap: ImageBitmap): Rgb | undefined {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl");
  if (!gl) return undefined;
  try {
    const read = textureReader(gl, bitmap);
    return read && collect(bitmap, read);
  } finally {
    // There can be few contexts at a time.
    gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/** Undefined where the image is no texture: too large, or the graphics process is gone. */
function textureReader(gl: WebGLRenderingContext, bitmap: ImageBitmap): Read | undefined {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  const rgba = new Uint8Array(Math.min(tile.width, bitmap.width) * Math.min(tile.height, bitmap.height) * 4);
  const read: Read = ({ top, left, height, width }) => {
    gl.readPixels(left, top, width, height, gl.RGBA, gl.UNSIGNED_BYTE, rgba);
    return rgba;
  };
  return gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE && gl.getError() === 0
    ? read
    : undefined;
}
