// A training that every device must come to the same of: the small convolutional network of conv-network.ts, smooth enough
// that float32 in another order stays close over many steps, on photos that are decoded alike everywhere.
import sharp from "sharp";
import { expect } from "vitest";
import type { Learner } from "../../src/learner/learner.js";
import { writeModel } from "../../src/onnx/write.js";
import { stream } from "../../src/random.js";
import { convModel, photoSize } from "./conv-network.js";
import { largestDifference } from "./difference.js";

const colours = ["blue", "green", "red"];
/** The network's file. */
export const model = writeModel(convModel());
const size = { height: photoSize, width: photoSize };
export const options = { batchSize: 16, image: { resize: size, crop: size } };

/** Noise in which one colour is stronger: decoded and resized alike everywhere. */
async function photo(colour: number, number: number): Promise<Buffer> {
  const from = stream(number, "photo", colour);
  const pixels = Uint8Array.from(
    { length: photoSize ** 2 * 3 },
    (_, i) => from.below(180) + (i % 3 === colour ? 40 : 0),
  );
  return sharp(pixels, { raw: { ...size, channels: 3 } })
    .png()
    .toBuffer();
}

export interface Item {
  readonly image: string;
  readonly label: string;
  readonly name: string;
}

export interface Outcome {
  readonly device: string;
  readonly head: readonly number[];
  readonly layers: readonly number[];
  readonly validLoss: number;
  readonly range: readonly number[];
  readonly logits: readonly number[];
}

/** Ten steps of the head, ten of the last stage too, and a range test. It sees nothing around it: a page runs its source. */
export async function train(
  learner: Pick<Learner, "fit" | "freezeTo" | "lrFind" | "validate" | "predict" | "device">,
  first: string | Uint8Array,
): Promise<Outcome> {
  const losses: number[] = [];
  const callbacks = [
    {
      afterSteps: (_: unknown, { losses: some }: { losses: ArrayLike<number> }) =>
        void losses.push(...Array.from(some)),
    },
  ];
  await learner.fit(5, 0.05, { callbacks });
  const head = losses.splice(0);
  await learner.freezeTo(2);
  const { curve } = await learner.lrFind({ runs: 1, steps: 10, startLr: 1e-3, endLr: 0.1 });
  await learner.fit(5, 0.02, { callbacks });
  const { loss } = await learner.validate();
  const { logits } = await learner.predict(first);
  return {
    device: learner.device,
    head,
    layers: losses,
    validLoss: loss,
    range: [...curve.losses],
    logits: [...logits],
  };
}

/** Twelve of each colour, with the bytes of each. */
export async function photos(): Promise<{ readonly items: readonly Item[]; readonly bytes: readonly Buffer[] }> {
  const items: Item[] = [];
  const bytes: Buffer[] = [];
  for (const [colour, label] of colours.entries())
    for (let number = 0; number < 12; number++) {
      bytes.push(await photo(colour, number));
      items.push({ image: `/photos/${label}/${number}.png`, label, name: `${label}/${number}` });
    }
  return { items, bytes };
}

/** Whether an outcome is the one that the CPU gives. */
export function checkOutcome(found: Outcome, expected: Outcome): void {
  expect([expected.head.length, expected.layers.length]).toEqual([10, 10]);
  expect(expected.range.length).toBeGreaterThanOrEqual(10);
  for (const of of ["head", "range", "layers", "logits"] as const)
    expect(largestDifference(found[of], expected[of]), of).toBeLessThan(1e-3);
  expect(Math.abs(found.validLoss - expected.validLoss)).toBeLessThan(1e-3);
}
