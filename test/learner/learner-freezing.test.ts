// Which layers of the network are trained: all of them, those above a layer group, or the head alone.
import { describe, expect, it, vi } from "vitest";
import { LearnerEngine } from "../../src/learner/engine/engine.js";
import { convGroups, convWeights } from "../helpers/conv-network.js";
import { largestDifference } from "../helpers/difference.js";
import { refusal } from "../helpers/refusal.js";
import { changed, convPhotos, openConv } from "../helpers/unfreezing.js";

const headWeights = ["classifier.weight", "classifier.bias"];
const images = convPhotos.map(({ image }) => image);

const logitsOf = async ({ learner }: Awaited<ReturnType<typeof openConv>>): Promise<number[]> =>
  (await learner.predict(images)).flatMap(({ logits }) => [...logits]);

describe("layerGroups", () => {
  it("are stages of one resolution, then the head, of which only that is trained at first", async () => {
    const { learner } = await openConv();
    expect(learner.layerGroups()).toEqual([
      ...convGroups.map((group) => ({ ...group, trained: false })),
      { name: "head", parameters: 3 * 8 + 3, trained: true },
    ]);
    expect(learner.info.layerGroups).toEqual(learner.layerGroups().map(({ trained: _, ...group }) => group));
  });

  it("end where the caller says", async () => {
    const { learner } = await openConv({ layerGroups: ["Relu_5"] });
    const [first, second, third] = convGroups.map(({ parameters }) => parameters);
    expect(learner.layerGroups().map(({ name, parameters }) => [name, parameters])).toEqual([
      ["Relu_5", first! + second!],
      ["Flatten_10", third],
      ["head", 27],
    ]);
    await refusal(() => openConv({ layerGroups: ["Relu_55"] }), "invalid-argument", "Relu_55", "no such place");
  });
});

describe("freezeTo", () => {
  it("freezes the first groups, counted from the first or from the last", async () => {
    const { learner } = await openConv();
    const frozen = () => learner.layerGroups().filter(({ trained }) => !trained).length;
    for (const [n, expected] of [0, 1, 2, 3, -1, -2, -3, -4].map((n) => [n, n < 0 ? n + 4 : n] as const)) {
      await learner.freezeTo(n);
      expect(frozen()).toBe(expected);
      expect(learner.layerGroups().map(({ trained }) => trained)).toEqual([0, 1, 2, 3].map((i) => i >= expected));
    }
    await learner.freeze();
    expect(frozen()).toBe(3);
    await learner.unfreeze();
    expect(frozen()).toBe(0);
  });

  it("has photos counted again: more may be readable by then", async () => {
    const prepare = vi.spyOn(LearnerEngine.prototype, "prepare");
    const { learner } = await openConv();
    await learner.fit(1, 0.1);
    await learner.fit(1, 0.1);
    expect(prepare).toHaveBeenCalledTimes(1);
    await learner.freezeTo(1);
    await learner.fit(1, 1e-3);
    expect(prepare).toHaveBeenCalledTimes(2);
    prepare.mockRestore();
  });

  it("can be asked for beforehand, which loads nothing", async () => {
    const { learner, platform } = await openConv();
    const [groups, sessions] = [learner.layerGroups(), platform.alive()];
    await learner.checkFreezeTo(0, {});
    expect(learner.layerGroups()).toEqual(groups);
    expect(platform.alive()).toEqual(sessions);
    await refusal(() => learner.checkFreezeTo(4, {}), "invalid-argument", "freezeTo");
  });

  it("refuses what is no number of groups, and leaves all as it is", async () => {
    const { learner, platform } = await openConv();
    const sessions = platform.alive();
    for (const n of [4, -5, 0.5, Number.NaN, "1", undefined, null])
      await refusal(
        () => learner.freezeTo(n as number),
        "invalid-argument",
        "a whole number from -4 to 3 for freezeTo",
      );
    for (const options of [null, { signals: 1 }, 5])
      await refusal(() => learner.unfreeze(options as never), "invalid-argument", "freezeTo's options");
    expect(platform.alive()).toEqual(sessions);
    expect(learner.layerGroups().map(({ trained }) => trained)).toEqual([false, false, false, true]);
  });

  it("waits for no training, and lets none begin", async () => {
    const { learner } = await openConv();
    const fit = learner.fit(2, 0.1);
    await refusal(() => learner.unfreeze(), "busy", "freezeTo cannot start while fit is running");
    await fit;
    const unfreezing = learner.unfreeze();
    await refusal(() => learner.fit(1, 0.1), "busy", "while freezeTo is running");
    await unfreezing;
    expect(await learner.fit(1, 0.1)).toHaveLength(1);
  });

  it.each([0, 1, 2])("%d: training changes all weights of the other groups, and nothing else", async (first) => {
    const { learner, weights } = await openConv();
    const before = await weights();
    await learner.freezeTo(first);
    const { loss } = await learner.validate();
    await learner.fit(8, 0.05);
    const trained = [...convWeights.slice(first).flat(), ...headWeights];
    expect(changed(before, await weights()).toSorted()).toEqual(trained.toSorted());
    expect(loss).toBeCloseTo(Math.log(3), 6);
    expect((await learner.validate()).loss).toBeLessThan(0.8);
  });

  it("goes on from what was learnt before, of head and layers", async () => {
    const opened = await openConv();
    const { learner, weights } = opened;
    await learner.fit(3, 0.2);
    const learnt = await weights();
    const logits = await logitsOf(opened);
    for (const n of [0, 2, 1, 3]) {
      await learner.freezeTo(n);
      expect(largestDifference(await logitsOf(opened), logits)).toBeLessThan(1e-5);
      expect(changed(learnt, await weights())).toEqual([]);
    }
  });

  it("keeps what layers have learnt once they are frozen: their features are those of the changed network", async () => {
    const opened = await openConv();
    const { learner, weights } = opened;
    const start = await weights();
    await learner.unfreeze();
    await learner.fit(3, 0.05);
    const [learnt, logits, validation] = [await weights(), await logitsOf(opened), await learner.validate()];
    for (const n of [1, 3, 2, 0, 3]) {
      await learner.freezeTo(n);
      expect(largestDifference(await logitsOf(opened), logits)).toBeLessThan(1e-5);
      expect((await learner.validate()).loss).toBeCloseTo(validation.loss, 5);
      expect(changed(learnt, await weights())).toEqual([]);
    }
    await learner.freezeTo(2);
    await learner.fit(1, 0.05);
    const later = await weights();
    expect(changed(learnt, later).toSorted()).toEqual([...convWeights[2]!, ...headWeights].toSorted());
    expect(changed(start, later).toSorted()).toEqual([...convWeights.flat(), ...headWeights].toSorted());
  });

  it("starts the optimizer anew, also where it was before", async () => {
    /** After three epochs of one step each, the first one of the head alone. */
    const trained = async (momentum: number, first: number, between?: number) => {
      const { learner, weights } = await openConv({ batchSize: 64, optimizer: { name: "sgd", momentum } });
      await learner.fit(1, 0.1);
      await learner.freezeTo(first);
      await learner.fit(1, 0.1);
      if (between !== undefined) await learner.freezeTo(between);
      await learner.fit(1, 0.1);
      return weights();
    };
    // Without momentum, there is nothing to forget.
    for (const [first, between] of [
      [0, 0],
      [3, 3],
      [0, 1],
    ] as const)
      expect(changed(await trained(0, first, between), await trained(0.9, first, between))).toEqual([]);
    expect(changed(await trained(0, 0), await trained(0.9, 0))).toHaveLength(convWeights.flat().length + 2);
  });
});
