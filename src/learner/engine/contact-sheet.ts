// Photos in rows, each with a line under it: one self-contained SVG.
import type { Size } from "../../datasets/resize.js";

export interface Shown {
  readonly jpeg: Uint8Array;
  readonly caption: string;
}

const INK = "#1f2328";
const MUTED = "#656d76";

// Pixels.
const photoWidth = 168;
const gap = 16;
const lineHeight = 24;
const head = 44;
// What the line has room for, of letters of ordinary width.
const mostLetters = 25;

/**
 * On a ground of its own, so that it can be read wherever it is opened.
 * @param size of the photos.
 */
export function contactSheet(shown: readonly Shown[], { size, title }: { size: Size; title: string }): string {
  const columns = Math.max(1, Math.ceil(Math.sqrt(shown.length)));
  const photoHeight = Math.round((photoWidth * size.height) / size.width);
  const cell = { width: photoWidth + gap, height: photoHeight + lineHeight + gap };
  const width = Math.max(gap + columns * cell.width, 400);
  const height = head + Math.ceil(shown.length / columns) * cell.height;
  const photos = shown.map(({ jpeg, caption }, i) => {
    const [x, y] = [gap + (i % columns) * cell.width, head + Math.floor(i / columns) * cell.height];
    const box = `width="${photoWidth}" height="${photoHeight}"`;
    return (
      `<g><title>${escaped(caption)}</title>` +
      `<image x="${x}" y="${y}" ${box} href="data:image/jpeg;base64,${base64(jpeg)}"/>` +
      `<text x="${x + photoWidth / 2}" y="${y + photoHeight + 17}" text-anchor="middle" fill="${INK}" font-size="13">` +
      `${escaped(shortened(caption))}</text></g>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>` +
    `<text x="${gap}" y="28" fill="${MUTED}" font-size="14">${escaped(title)}</text>${photos.join("")}</svg>\n`
  );
}

/** By characters as they are read, never through one. East Asian ones are twice as wide. */
function shortened(text: string): string {
  const letters = Array.from(text);
  let [end, width] = [0, 0];
  for (; end < letters.length && width <= mostLetters; end++) width += letters[end]! >= "\u2e80" ? 2 : 1;
  return width <= mostLetters ? text : `${letters.slice(0, Math.max(1, end - 2)).join("")}…`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters are none of XML's. */
const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out
  text.replace(/[\u0000-\u001f\u007f]/g, " ").replace(/[&<>"]/g, (letter) => entities[letter]!);

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
