// Feature maps as a picture: of each layer the strongest channels, side by side.
import type { ImageCodec } from "../../../datasets/decoder.js";
import type { Activation } from "../../interpret/interpretation.js";
import { dataUri, html } from "../../report/html.js";
import { coloured } from "./overlay.js";

/** Channels of a layer. */
const shown = 8;
/** Pixels of a picture, each way; those of small maps become squares. */
const side = 112;
const gap = 8;
const title = 28;

/** An SVG; layers without a map are left out. Every channel has its own scale, from its least value to its greatest. */
export async function contactSheet(
  activations: readonly Activation[],
  codec: Pick<ImageCodec, "encode">,
): Promise<string> {
  const maps = activations.filter(({ shape }) => shape.length === 3);
  const row = title + side + gap;
  const [width, height] = [gap + shown * (side + gap), Math.max(1, maps.length) * row + gap];
  const rows = await Promise.all(
    maps.map(async (activation, i) => {
      const top = gap + i * row;
      const pictures = await Promise.all(
        strongest(activation, shown).map(async ({ channel, map }, column) => {
          const bytes = await codec.encode(picture(map, activation.shape[1]!, activation.shape[2]!));
          return html`<image x="${gap + column * (side + gap)}" y="${top + title}" width="${side}" height="${side}" href="${dataUri("image/jpeg", bytes)}"><title>channel ${channel}</title></image>`;
        }),
      );
      const [channels, h, w] = activation.shape;
      return html`<text x="${gap}" y="${top + 18}">${activation.name}: the strongest of ${channels!} channels, ${h!}×${w!}</text>${pictures}
`;
    }),
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="14">
<rect width="100%" height="100%" fill="#fff"/>
${rows}</svg>
`.markup;
}

export interface Channel {
  readonly channel: number;
  /** [H, W] */
  readonly map: Float32Array;
}

/** Those with the greatest mean size of their values, the strongest first; of equals in order. */
export function strongest({ shape, data }: Activation, most: number): Channel[] {
  const [channels, ...size] = shape as [number, ...number[]];
  const places = size.reduce((product, n) => product * n, 1);
  const all = Array.from({ length: channels }, (_, channel) => {
    const map = data.subarray(channel * places, (channel + 1) * places);
    return { channel, map, strength: map.reduce((sum, value) => sum + Math.abs(value), 0) };
  });
  return all.sort((a, b) => b.strength - a.strength).slice(0, most);
}

/** From its least value to its greatest, dark to bright; pixels drawn out to whole squares. */
export function picture(map: Float32Array, height: number, width: number) {
  const [low, high] = map.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  const scale = Math.max(1, Math.ceil((2 * side) / Math.max(height, width)));
  const values = Float32Array.from({ length: height * width * scale ** 2 }, (_, i) => {
    const [y, x] = [Math.floor(i / (width * scale)), i % (width * scale)];
    const value = map[Math.floor(y / scale) * width + Math.floor(x / scale)]!;
    return high > low ? (value - low) / (high - low) : 0;
  });
  return { data: coloured(values), height: height * scale, width: width * scale };
}
