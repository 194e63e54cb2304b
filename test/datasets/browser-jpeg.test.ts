import { afterAll, beforeAll, expect, it } from "vitest";
import type * as Browser from "../../src/datasets/browser.js";
import { defaultTransform } from "../../src/datasets/transform.js";
import { describeChromium } from "../helpers/chromium.js";
import { type DecoderPage, openDecoder } from "./browser-decoder.js";
import { decoder as node } from "./quarters.js";

const { crop: _, ...uncropped } = defaultTransform;

describeChromium("toJpeg", () => {
  let there: DecoderPage;
  beforeAll(async () => {
    there = await openDecoder();
  });
  afterAll(() => there.close());

  it("makes a JPEG of what it is given, as Node's decoder reads it", async () => {
    const [width, height] = [48, 32];
    // Slopes, each colour its own way.
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return [5 * x, 7 * y, 255 - 2 * x - 3 * y][i % 3]!;
    });
    const jpeg = await there.page.evaluate(
      async ({ source, image }) => source.createBrowserDecoder(location.href).encode(image),
      { source: await there.load<typeof Browser>("src/datasets/browser.ts"), image: { data, width, height } },
    );
    expect([...jpeg.slice(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const resize = { height, width };
    const back = await node.decode(jpeg, { ...uncropped, resize });
    const differences = back.map((value, i) => Math.abs(value - data[i]!));
    expect(differences.reduce((sum, x) => sum + x, 0) / data.length).toBeLessThan(2);
  });
});
