// The same learner in a browser, on WASM and on WebGPU: the losses, rates and predictions that Node gives.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { createLearner, imageList, loadClassifier } from "../helpers/build.js";
import { describeChromium } from "../helpers/chromium.js";
import { model, type Outcome, options, photos, train } from "../helpers/conv-training.js";
import { largestDifference } from "../helpers/difference.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const { items, bytes } = await photos();
let expected: Outcome;

beforeAll(async () => {
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
