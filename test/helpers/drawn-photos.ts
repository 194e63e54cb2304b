// Data sets of labels and of numbers, made in a test: pairs of clothes in one picture, and circles whose size is known.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { stream } from "../../src/random.js";
import { fashionMini, photosIn } from "./photos.js";

export const clothes = ["bag", "dress", "sandal", "trouser"];
const splits = { train: 100, valid: 40 } as const;

/**
 * Pictures of two pieces of clothing beside each other, each drawn from its own split, or of one alone; and the table
 * `tags.csv`: file, what is seen, whether it validates; with a column for each label too.
 */
export async function drawPairs(folder: string, seed: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const rows = [["file", "tags", "is_valid", ...clothes].join(",")];
  for (const [split, count] of Object.entries(splits)) {
    const draw = stream(seed, split);
    const pick = () => {
      const label = clothes[draw.below(clothes.length)]!;
      const photos = photosIn(join(fashionMini, split, label));
      return { label, photo: photos[draw.below(photos.length)]! };
    };
    for (let i = 0; i < count; i++) {
      const seen = draw.below(4) === 0 ? [pick()] : [pick(), pick()];
      const labels = [...new Set(seen.map(({ label }) => label))];
      const layers = await Promise.all(
        seen.map(async ({ photo }, at) => ({
          input: await sharp(photo).resize(112, 112).toBuffer(),
          left: 112 * at,
          top: 56,
        })),
      );
      const blank = sharp({ create: { width: 224, height: 224, channels: 3, background: "black" } });
      await blank
        .composite(layers)
        .png()
        .toFile(join(folder, `${split}-${i}.png`));
      const flags = clothes.map((label) => Number(labels.includes(label)));
      rows.push([`${split}-${i}.png`, labels.join(" "), split === "valid" ? "True" : "False", ...flags].join(","));
    }
  }
  writeFileSync(join(folder, "tags.csv"), rows.join("\n"));
  return join(folder, "tags.csv");
}

/** Circles of a colour on a background of another, 10 to 90 pixels in radius; and the table `circles.csv`: file, radius, split. */
export async function drawCircles(folder: string, seed: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const rows = ["file,radius,split"];
  for (const [split, count] of Object.entries(splits)) {
    const draw = stream(seed, split);
    for (let i = 0; i < count; i++) {
      const radius = 10 + draw.below(801) / 10;
      const [x, y] = [92 + draw.below(41), 92 + draw.below(41)];
      const [ground, fill] = [draw.below(360), draw.below(360)];
      const svg = `<svg width="224" height="224"><rect width="224" height="224" fill="hsl(${ground},40%,85%)"/>
        <circle cx="${x}" cy="${y}" r="${radius}" fill="hsl(${fill},70%,40%)"/></svg>`;
      await sharp(Buffer.from(svg))
        .png()
        .toFile(join(folder, `${split}-${i}.png`));
      rows.push(`${split}-${i}.png,${radius},${split}`);
    }
  }
  writeFileSync(join(folder, "circles.csv"), rows.join("\n"));
  return join(folder, "circles.csv");
}
