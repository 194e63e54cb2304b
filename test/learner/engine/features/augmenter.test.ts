import { describe, expect, it } from "vitest";
import { defaultAugment } from "../../../../src/datasets/augment/default-augment.js";
import type { ViewJob } from "../../../../src/datasets/augment/make-views.js";
import { defaultTransform, type ImageTransform } from "../../../../src/datasets/transform.js";
import { createAugmenter, viewOrigin } from "../../../../src/learner/engine/features/augmenter.js";
import { nothing } from "../../../datasets/augment/augment-specs.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";

const { crop: _, ...uncropped } = defaultTransform;
const transform: ImageTransform = { ...uncropped, resize: { height: 6, width: 8 } };
const options = { spec: defaultAugment, seed: 3, decoder: colourDecoder, transform };

describe("createAugmenter", () => {
  it("decodes larger where crops are small, and as large as the transform says where there are none", async () => {
    const { picture } = createAugmenter(options);
    // 1/√0.35 is 1.69.
    expect(await picture("red/1")).toMatchObject({ height: 10, width: 14 });
    expect(await createAugmenter({ ...options, spec: nothing }).picture("red/1")).toMatchObject({
      height: 6,
      width: 8,
    });
  });

  it("gives exactly the plain photo where nothing is on", async () => {
    const { views } = createAugmenter({ ...options, spec: nothing });
    expect(await views("red/1", "1", [["epoch", 0]])).toEqual([await colourDecoder.decode("red/1", transform)]);
  });

  it("draws a view by seed, photo and path alone", async () => {
    const { picture, views } = createAugmenter(options);
    const [one] = await views("red/1", "1", [["epoch", 0]]);
    expect(one).toHaveLength(6 * 8 * 3);
    await views("red/1", "2", [["epoch", 1]]);
    const whole = await picture("red/1");
    expect(await createAugmenter(options).views(whole, "1", [["epoch", 0]])).toEqual([one]);
    const others = [
      ...(await views(whole, "2", [["epoch", 0]])),
      ...(await views(whole, "1", [
        ["epoch", 1],
        ["view", 0],
      ])),
      ...(await createAugmenter({ ...options, seed: 4 }).views(whole, "1", [["epoch", 0]])),
    ];
    expect(others).toHaveLength(4);
    for (const other of others) expect(other).not.toEqual(one);
  });

  it("has views made where it is told to", async () => {
    const jobs: ViewJob[] = [];
    const make = async (job: ViewJob) => {
      jobs.push(job);
      return [Uint8Array.of(7)];
    };
    const { views } = createAugmenter({ ...options, views: { make, end: async () => {} } });
    expect(await views("red/1", "1", [["epoch", 2]])).toEqual([Uint8Array.of(7)]);
    const path = ["augment", "epoch", 2, "1"];
    expect(jobs).toEqual([
      { of: "red/1", transform, finest: expect.closeTo(1.69), seed: 3, views: [{ spec: defaultAugment, path }] },
    ]);
  });
});

it("viewOrigin tells views apart by all that decides about them, and by nothing else", () => {
  const of = (spec = defaultAugment, seed = 1, photo = "a", view = 0) =>
    JSON.stringify(viewOrigin({ spec, seed }, photo, view));
  expect(of({ ...defaultAugment, views: 7, mixup: 1, cutmix: 1 })).toBe(of());
  for (const other of [
    of({ ...defaultAugment, rotation: 11 }),
    of(defaultAugment, 2),
    of(defaultAugment, 1, "b"),
    of(defaultAugment, 1, "a", 1),
  ])
    expect(other).not.toBe(of());
});
