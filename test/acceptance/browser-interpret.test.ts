// What a learner sees, in a browser: the numbers that Node gives, the pictures as the browser encodes them.
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuildPage, openBuild } from "../helpers/browser-build.js";
import { createLearner, imageList } from "../helpers/build.js";
import { describeChromium } from "../helpers/chromium.js";
import { model, options, photos } from "../helpers/conv-training.js";
import { largestDifference } from "../helpers/difference.js";

describeChromium("interpretation in a browser", () => {
  let opened: BuildPage;
  beforeAll(async () => {
    opened = await openBuild({ isolated: true });
  });
  afterAll(() => opened?.close());

  it("gives Node's heat map and losses, JPEG pictures, and a report", async () => {
    const { items, bytes } = await photos();
    for (const [i, { image }] of items.entries()) opened.publish(image, bytes[i]!);
    const found = await opened.run(
      async ({ createLearner, imageList }, { items, model, options }) => {
        const learner = await createLearner({
          ...{ model: Uint8Array.from(model), data: imageList(items) },
          ...options,
          device: "wasm",
        });
        await learner.fit(2, 0.05);
        const { map, label, overlay } = await learner.gradCam(items[0]!.image, { layer: "4×4" });
        const { topLosses } = await learner.interpret({ topLosses: 2 });
        const page = await learner.report({ topLosses: 2 });
        await learner.dispose();
        return { map: [...map], label, overlay: [...overlay], losses: topLosses.map(({ loss }) => loss), page };
      },
      { items, model: [...model], options },
    );
    const data = imageList(items.map((item, i) => ({ ...item, image: bytes[i]! })));
    await using learner = await createLearner({ model, data, ...options, device: "cpu" });
    await learner.fit(2, 0.05);
    const expected = await learner.gradCam(bytes[0]!, { layer: "4×4", label: found.label });
    expect(largestDifference(found.map, [...expected.map])).toBeLessThan(1e-3);
    const { topLosses } = await learner.interpret({ topLosses: 2 });
    expect(
      largestDifference(
        found.losses,
        topLosses.map(({ loss }) => loss),
      ),
    ).toBeLessThan(1e-3);
    const [own, theirs] = await Promise.all(
      [expected.overlay, Uint8Array.from(found.overlay)].map((jpeg) => sharp(jpeg).raw().toBuffer()),
    );
    expect(theirs!.length).toBe(own!.length);
    // Two encoders, one picture.
    const difference = theirs!.reduce((sum, value, i) => sum + Math.abs(value - own![i]!), 0) / own!.length;
    expect(difference).toBeLessThan(8);
    expect(found.page.match(/<img src="data:image\/jpeg;base64,\/9j\//g)).toHaveLength(4);
  });
});
