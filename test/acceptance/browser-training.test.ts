// The same learner in a browser, on WASM and on WebGPU: the losses, rates and predictions that Node gives.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Learner } from "../../src/learner/learner.js";
import { writeModel } from "../../src/onnx/write.js";
import { stream } from "../../src/random.js";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { createLearner, imageList, loadClassifier } from "../helpers/build.js";
import { describeChromium } from "../helpers/chromium.js";
import { convModel, photoSize } from "../helpers/conv-network.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const colours = ["blue", "green", "red"];
const model = writeModel(convModel());
const size = { height: photoSize, width: photoSize };
const options = { batchSize: 16, image: { resize: size, crop: size } };

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

interface Item {
  readonly image: string;
  readonly label: string;
  readonly name: string;
}

interface Outcome {
  readonly device: string;
  readonly head: readonly number[];
  readonly layers: readonly number[];
  readonly validLoss: number;
  readonly range: readonly number[];
  readonly logits: readonly number[];
}

/** Ten steps of the head, ten of the last stage too, and a range test; runs in Node and in the page. */
async function train(
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

const items: Item[] = [];
const bytes: Buffer[] = [];
let expected: Outcome;

beforeAll(async () => {
  for (const [colour, label] of colours.entries())
    for (let number = 0; number < 12; number++) {
      bytes.push(await photo(colour, number));
      items.push({ image: `/photos/${label}/${number}.png`, label, name: `${label}/${number}` });
    }
  const data = imageList(items.map((item, i) => ({ ...item, image: bytes[i]! })));
  await using learner = await createLearner({ model, data, ...options, device: "cpu" });
  expected = await train(learner, bytes[0]!);
});

describeChromium("a learner in a browser", () => {
  describe.each([
    ["on WASM", "wasm", { isolated: true }],
    ["on WASM without threads, on a page that is not isolated", "wasm", { isolated: false }],
    ["on WebGPU", "webgpu", { webgpu: true }],
  ] as const)("%s", (_, device, page) => {
    let opened: BuildPage;
    let found: Outcome;
    let exported: string;

    beforeAll(async () => {
      opened = await openBuild(page);
      for (const [i, { image }] of items.entries()) opened.publish(image, bytes[i]!);
      const [outcome, files] = await opened.run(
        async ({ createLearner, imageList }, { items, model, options, device, train }) => {
          const learner = await createLearner({
            model: Uint8Array.from(model),
            data: imageList(items),
            ...options,
            device,
          });
          const outcome: Outcome = await new Function(`return (${train})`)()(learner, items[0]!.image);
          const files: [string, number[]][] = [];
          for (const [name, blob] of await learner.exportFiles())
            files.push([name, [...new Uint8Array(await blob.arrayBuffer())]]);
          await learner.dispose();
          return [outcome, files] as const;
        },
        { items, model: [...model], options, device, train: train.toString() },
      );
      found = outcome;
      exported = join(folder, device + Object.values(page));
      for (const [name, content] of files) {
        mkdirSync(dirname(join(exported, name)), { recursive: true });
        writeFileSync(join(exported, name), Uint8Array.from(content));
      }
    });
    afterAll(() => opened?.close());

    it("trains the head as Node does, ten steps", () => {
      expect(found.device).toBe(device);
      expect(expected.head).toHaveLength(10);
      expect(largestDifference(found.head, expected.head)).toBeLessThan(1e-3);
    });

    it("goes through the same range test once a stage is unfrozen", () => {
      expect(expected.range.length).toBeGreaterThanOrEqual(10);
      expect(largestDifference(found.range, expected.range)).toBeLessThan(1e-3);
    });

    it("trains that stage as Node does, ten steps, and validates alike", () => {
      expect(expected.layers).toHaveLength(10);
      expect(largestDifference(found.layers, expected.layers)).toBeLessThan(1e-3);
      expect(Math.abs(found.validLoss - expected.validLoss)).toBeLessThan(1e-3);
    });

    it("predicts as Node does, and so does its export in Node", async () => {
      expect(largestDifference(found.logits, expected.logits)).toBeLessThan(1e-3);
      await using classifier = await loadClassifier(exported);
      const { logits } = await classifier.predict(bytes[0]!);
      expect(largestDifference([...logits], found.logits)).toBeLessThan(1e-4);
    });

    it("says nothing on the console", () => {
      expect(opened.errors).toEqual([]);
    });
  });
});

const largestDifference = (found: readonly number[], expected: readonly number[]): number => {
  expect(found).toHaveLength(expected.length);
  return Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
};
