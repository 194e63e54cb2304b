import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { augmented, decodeScale } from "../../../src/datasets/augment/augmented.js";
import { defaultAugment } from "../../../src/datasets/augment/default-augment.js";
import { drawView, plainView } from "../../../src/datasets/augment/view.js";
import { defaultTransform } from "../../../src/datasets/transform.js";
import { describeChromium, openPage } from "../../helpers/chromium.js";
import { pattern } from "./augment-fixture.js";
import { drawsOf, nothing } from "./augment-specs.js";

const transform = { ...defaultTransform, resize: { shortestEdge: 11 }, crop: { height: 8, width: 6 } };

describe("augmented", () => {
  const picture = pattern();
  const plain = plainView(picture, transform);

  it("is the centre crop of the picture where the view changes nothing", () => {
    const rows = Array.from({ length: 8 }, (_, y) => [
      ...picture.data.subarray(((1 + y) * 13 + 3) * 3).subarray(0, 18),
    ]);
    expect([...augmented(picture, plain, transform)]).toEqual(rows.flat());
  });

  it("erases with the mean colour, after the colours have changed", () => {
    const view = {
      ...plain,
      colour: [{ kind: "brightness", by: 0 } as const],
      erased: { top: 2, left: 1, height: 3, width: 2 },
    };
    const mean = defaultTransform.mean.map((value) => Math.round(255 * value));
    const expected = Array.from({ length: 48 }, (_, i) => {
      const [x, y] = [i % 6, Math.floor(i / 6)];
      return y >= 2 && y < 5 && x >= 1 && x < 3 ? mean : [0, 0, 0];
    });
    expect([...augmented(picture, view, transform)]).toEqual(expected.flat());
  });
});

describeChromium("in a browser", () => {
  it("photos come to the same bits", async () => {
    const opened = await openPage();
    try {
      const source = await opened.load<typeof import("../../../src/datasets/augment/augmented.js")>(
        "src/datasets/augment/augmented.ts",
      );
      const all = {
        ...defaultAugment,
        colorJitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2 },
        randomErasing: 0.5,
      };
      const whole = pattern(300, 270);
      for (let i = 0; i < 4; i++) {
        const view = drawView(all, whole, defaultTransform, drawsOf(i));
        const there = await opened.page.evaluate(
          ({ source, whole, view, transform }) => source.augmented(whole, view, transform),
          { source, whole, view, transform: defaultTransform },
        );
        expect(Buffer.from(there).equals(augmented(whole, view, defaultTransform))).toBe(true);
      }
    } finally {
      await opened.close();
    }
  });

  it("whole pictures are what is cropped from", async () => {
    const opened = await openPage();
    try {
      const [decoder, views, source] = await Promise.all([
        opened.load<typeof import("../../../src/datasets/browser.js")>("src/datasets/browser.ts"),
        opened.load<typeof import("../../../src/datasets/augment/view.js")>("src/datasets/augment/view.ts"),
        opened.load<typeof import("../../../src/datasets/augment/augmented.js")>("src/datasets/augment/augmented.ts"),
      ]);
      const { data, height, width } = pattern(400, 300);
      const png = await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      const address = opened.publish("/photo.png", png);
      const found = await opened.page.evaluate(
        async ({ decoder, views, source, address, transform }) => {
          const { decode, decodeWhole } = decoder.createBrowserDecoder(location.href);
          const [plain, whole, fine] = await Promise.all([
            decode(address, transform),
            decodeWhole(address, transform, 1),
            decodeWhole(address, transform, 2),
          ]);
          const again = source.augmented(whole, views.plainView(whole, transform), transform);
          return {
            same: plain.every((x, i) => x === again[i]),
            size: [whole.height, whole.width, fine.height, fine.width],
          };
        },
        { decoder, views, source, address, transform: defaultTransform },
      );
      expect(found).toEqual({ same: true, size: [256, 341, 300, 400] });
    } finally {
      await opened.close();
    }
  });
});

describe("decodeScale", () => {
  const crop = (least: number) => ({ ...nothing, randomResizedCrop: { scale: [least, 1], ratio: [1, 1] } as const });

  it("is what keeps the smallest crop from being blown up, between 1 and 2", () => {
    expect(decodeScale(crop(0.35), defaultTransform)).toBeCloseTo(224 / (256 * Math.sqrt(0.35)), 12);
    expect(decodeScale(crop(0.08), defaultTransform)).toBe(2);
    expect(decodeScale(crop(0.9), defaultTransform)).toBe(1);
    expect(decodeScale(nothing, defaultTransform)).toBe(1);
    const { crop: _, ...uncropped } = defaultTransform;
    expect(decodeScale(crop(0.64), { ...uncropped, resize: { height: 20, width: 30 } })).toBeCloseTo(1.25, 12);
  });
});
