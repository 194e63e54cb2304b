import { describe, expect, it, vi } from "vitest";
import { augmented } from "../../../src/datasets/augment/augmented.js";
import { defaultAugment } from "../../../src/datasets/augment/default-augment.js";
import { makeViews, type ViewJob } from "../../../src/datasets/augment/make-views.js";
import { drawView } from "../../../src/datasets/augment/view.js";
import { defaultTransform, type ImageTransform } from "../../../src/datasets/transform.js";
import { stream } from "../../../src/random.js";
import { refusal } from "../../helpers/refusal.js";
import { colourDecoder } from "../../helpers/tiny-platform.js";

const { crop: _, ...uncropped } = defaultTransform;
const transform: ImageTransform = { ...uncropped, resize: { height: 6, width: 8 } };
const views = [
  { spec: defaultAugment, path: ["augment", "epoch", 0, "a"] },
  { spec: { ...defaultAugment, randomErasing: 1 }, path: ["augment", "epoch", 1, "a"] },
];
const job = (of: ViewJob["of"]): ViewJob => ({ of, transform, finest: 1.5, seed: 3, views });

describe("makeViews", () => {
  it("draws each view by its own path, of the photo decoded as large as it says", async () => {
    const picture = await colourDecoder.decodeWhole("red/1", transform, 1.5);
    expect(picture).toMatchObject({ height: 9, width: 12 });
    const expected = views.map(({ spec, path }) => {
      const view = drawView(spec, picture, transform, (what) => stream(3, ...path, what));
      return augmented(picture, view, transform);
    });
    expect(expected[0]).not.toEqual(expected[1]);
    expect(await makeViews(job("red/1"), colourDecoder)).toEqual(expected);
    const decodeWhole = vi.fn(colourDecoder.decodeWhole);
    expect(await makeViews(job(picture), { decodeWhole })).toEqual(expected);
    expect(decodeWhole).not.toHaveBeenCalled();
  });

  it("gives each view a buffer of its own, which can go elsewhere", async () => {
    const made = await makeViews(job("red/1"), colourDecoder);
    expect(made.map(({ buffer }) => buffer.byteLength)).toEqual([6 * 8 * 3, 6 * 8 * 3]);
    expect(made[0]!.buffer).not.toBe(made[1]!.buffer);
  });

  it("pauses before each of them", async () => {
    const pause = vi.fn(async () => {});
    await makeViews(job("red/1"), colourDecoder, pause);
    expect(pause).toHaveBeenCalledTimes(2);
  });

  it("says which photo cannot be read", async () => {
    await refusal(() => makeViews(job("red/broken"), colourDecoder), "unreadable-image", "red/broken");
  });
});
