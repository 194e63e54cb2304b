import { describe, expect, it } from "vitest";
import { openConv, watchedPlatform } from "../../helpers/unfreezing.js";

describe("LearnerInsight", () => {
  it("interprets what is learnt by now: numbers as validate has them, photos and heat maps as JPEG files", async () => {
    const { learner } = await openConv();
    await learner.fit(3, 0.1);
    const { loss, accuracy, confusion, perClass } = await learner.validate();
    const found = await learner.interpret({ topLosses: 4 });
    expect(found).toMatchObject({ loss, accuracy, confusion, perClass, photos: 9, withoutHeatMaps: undefined });
    expect(found.classes).toEqual(["blue", "green", "red"]);
    const errors = found.mostConfused.reduce((sum, { count }) => sum + count, 0);
    expect(errors).toBe(Math.round(9 * (1 - accuracy)));
    expect(found.topLosses).toHaveLength(4);
    const losses = found.topLosses.map(({ loss }) => loss);
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    for (const { name, actual, predicted, probability, probabilityOfActual, loss, photo, heatMap } of found.topLosses) {
      const [prediction] = await learner.predict([name]);
      expect(prediction).toMatchObject({ label: predicted, probability: expect.closeTo(probability, 5) });
      expect(name).toContain(actual);
      expect(Math.exp(-loss)).toBeCloseTo(probabilityOfActual, 5);
      expect([...photo.subarray(0, 2), ...heatMap!.subarray(0, 2)]).toEqual([0xff, 0xd8, 0xff, 0xd8]);
    }
  });

  it("looks through the weights of unfrozen layers, and of layers that were trained and are frozen again", async () => {
    const { learner } = await openConv();
    const image = "photos/red/3";
    await learner.fit(2, 0.1);
    const frozen = await learner.activations(image);
    await learner.unfreeze();
    await learner.fit(2, 0.05);
    const unfrozen = await learner.activations(image);
    expect(unfrozen[0]!.data).not.toEqual(frozen[0]!.data);
    const { label, probability } = await learner.predict(image);
    const seen = await learner.gradCam(image);
    expect(seen).toMatchObject({ label, probability: expect.closeTo(probability, 5), height: 2, width: 2 });
    await learner.freeze();
    expect((await learner.activations(image))[0]!.data).toEqual(unfrozen[0]!.data);
    const again = await learner.gradCam(image, { label });
    for (const [i, value] of again.map.entries()) expect(value).toBeCloseTo(seen.map[i]!, 5);
  });

  it("looks through fast.ai's head as well", async () => {
    const { learner } = await openConv({ head: "fastai" });
    await learner.fit(1, 0.01);
    const image = "photos/blue/3";
    const { label, probability } = await learner.predict(image);
    expect(await learner.gradCam(image)).toMatchObject({ label, probability: expect.closeTo(probability, 5) });
    expect((await learner.gradCam(image, { layer: "4×4" })).map).toHaveLength(16);
  });

  it("leaves no session open", async () => {
    const platform = watchedPlatform();
    const { learner } = await openConv({}, platform);
    await learner.prepare();
    const before = platform.alive();
    await learner.interpret();
    await learner.gradCam("photos/red/0");
    await learner.activations("photos/red/0", { layers: ["8×8"] });
    expect(platform.alive()).toEqual(before);
  });

  it("draws activations and writes the report of all that was trained", async () => {
    const { learner } = await openConv();
    await learner.fit(2, 0.1);
    expect(await learner.plotActivations(await learner.activations("photos/red/0"))).toMatch(/^<svg .*<\/svg>\n$/s);
    const page = await learner.report({ topLosses: 2 });
    expect(page).toContain("<code>fit(2, 0.1)</code> trained the head alone, at rates up to 0.1.");
    expect(page.match(/<img /g)).toHaveLength(4);
    expect(page).toContain("Trained on 27 photos, validated on 9 photos.");
  });
});
