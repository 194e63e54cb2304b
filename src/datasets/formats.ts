// Which files are photos that can be read: by name when a folder is listed, by their first bytes before they are decoded.

const readableName = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif)$/i;

const readableFormats = "JPEG, PNG, WebP, GIF, TIFF or AVIF";
const convert = (what: string): string => `${what} cannot be read; convert it to JPEG or PNG`;
const heic = "HEIC cannot be read; convert it to JPEG";
const svg = "SVG is a drawing, not a photo; render it to PNG";

const refusedNames: readonly (readonly [name: RegExp, reason: string])[] = [
  [/\.(heic|heif|hif)$/i, heic],
  [/\.svgz?$/i, svg],
  [/\.(bmp|jp2|j2k|jxl|psd|tga|ico|exr|hdr|ppm|pgm)$/i, convert("this image format")],
  [/\.(dng|cr2|cr3|nef|arw|raf|orf|rw2)$/i, convert("a camera's raw format")],
];

/** `true` for a photo to try, the reason for an image that cannot be read, `false` for what is no image at all. */
export function isPhotoName(name: string): true | { readonly refused: string } | false {
  if (readableName.test(name)) return true;
  const refused = refusedNames.find(([pattern]) => pattern.test(name))?.[1];
  return refused === undefined ? false : { refused };
}

/**
 * Why these bytes are not handed to a decoder; undefined when they begin like one of the readable formats. Decoders
 * guess the format from the content too, and one of their formats, SVG, loads what it refers to.
 */
export function refusalOf(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "the file is empty";
  // One character per byte, so that patterns can be written as text.
  const head = String.fromCharCode(...bytes.subarray(0, 256));
  if (signatures.some((signature) => head.startsWith(signature))) return undefined;
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) return undefined;
  if (head.startsWith("ftyp", 4)) return isAvif(head) ? undefined : heic;
  if (/<(svg|\?xml)/i.test(head)) return svg;
  return head.startsWith("BM") ? convert("BMP") : `the file is not an image: it does not begin like ${readableFormats}`;
}

/** JPEG, PNG, GIF, TIFF and BigTIFF in both byte orders. */
const signatures = ["\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF87a", "GIF89a", "II*\0", "MM\0*", "II+\0", "MM\0+"];

/** A box of size (4 bytes), "ftyp", major brand, version, compatible brands; four letters each. ISO/IEC 14496-12. */
function isAvif(head: string): boolean {
  const size = (head.charCodeAt(2) << 8) | head.charCodeAt(3);
  return /^(.{4})*avi[fs]/s.test(head.slice(8, size));
}
