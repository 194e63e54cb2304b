// What lies below the layers that are trained runs once per photo, and is cached: in memory, on disk, or, where nothing is
// frozen, not at all.
import { describe, expect, it } from "vitest";
import { refusal } from "../helpers/refusal.js";
import { changed, convPhotos, openConv, watchedPlatform } from "../helpers/unfreezing.js";

const all = convPhotos.length;
const [trained, validated] = [27, 9];
/** Eight photos a run. */
const runsForAll = Math.ceil(all / 8);

const counts = ({ runs, decoder }: ReturnType<typeof watchedPlatform>) => ({
  decoded: decoder.decode.mock.calls.length,
  frozen: runs.filter((name) => name === "the frozen layers").length,
});

describe("after freezeTo", () => {
  it("decodes photos and runs what is frozen once, whatever is trained on it", async () => {
    const { learner, platform } = await openConv();
    await learner.freezeTo(2);
    expect(counts(platform)).toEqual({ decoded: 0, frozen: 0 });
    expect(await learner.prepare()).toMatchObject({ train: trained, valid: validated, stepsPerEpoch: 2 });
    await learner.fit(3, 0.05);
    await learner.lrFind({ steps: 10 });
    await learner.validate();
    expect(counts(platform)).toEqual({ decoded: all, frozen: runsForAll });
    await learner.freezeTo(2);
    await learner.fit(1, 0.05);
    expect(counts(platform)).toEqual({ decoded: all, frozen: runsForAll });
    await learner.predict(convPhotos[0]!.image);
    expect(counts(platform)).toEqual({ decoded: all + 1, frozen: runsForAll + 1 });
  });

  it("runs nothing before training where nothing is frozen, and decodes photos once", async () => {
    const { learner, platform } = await openConv();
    await learner.unfreeze();
    await learner.fit(3, 0.05);
    await learner.validate();
    expect(counts(platform)).toEqual({ decoded: all, frozen: 0 });
    // Each step is a run and an update; each validation is one run.
    expect(platform.runs.filter((name) => name === "the gradient graph")).toHaveLength(3 * 2);
    expect(platform.runs.filter((name) => name === "the update graph")).toHaveLength(3 * 2);
    expect(platform.runs.filter((name) => name === "the evaluation graph")).toHaveLength(4);
  });

  it("has the sessions that it needs and no others", async () => {
    const { learner, platform } = await openConv();
    const unfrozen = ["the gradient graph", "the update graph", "the evaluation graph"];
    await learner.freezeTo(0);
    expect(platform.alive()).toEqual(unfrozen);
    await learner.freezeTo(1);
    expect(platform.alive()).toEqual(["the frozen layers", ...unfrozen]);
    await learner.freeze();
    expect(platform.alive()).toEqual(["the frozen layers", "the evaluation graph", "the training graph"]);
    await learner.dispose();
    expect(platform.alive()).toEqual([]);
  });
});

describe("cache.folder", () => {
  const cache = { folder: "features" };

  it("keeps rows of a boundary in the middle for the next learner with the same layers below", async () => {
    const platform = watchedPlatform();
    const storages = platform.storage.all;
    /** How many photos it decodes, how many folders there are then. */
    const prepared = async (prepare: (learner: Awaited<ReturnType<typeof openConv>>["learner"]) => unknown) => {
      const { learner } = await openConv({ cache }, platform);
      await prepare(learner);
      platform.decoder.decode.mockClear();
      await learner.prepare();
      return [platform.decoder.decode.mock.calls.length, storages.size];
    };
    const unfrozenEpoch = async (learner: Awaited<ReturnType<typeof openConv>>["learner"], lr: number) => {
      await learner.unfreeze();
      await learner.fit(2, lr);
      await learner.freezeTo(2);
    };
    expect(await prepared((learner) => learner.freezeTo(2))).toEqual([all, 1]);
    expect(await prepared((learner) => learner.freezeTo(2))).toEqual([0, 1]);
    expect(await prepared((learner) => learner.freezeTo(1))).toEqual([all, 2]);
    expect(await prepared(() => {})).toEqual([all, 3]);
    // Other layers below; the same ones again; others once more.
    expect(await prepared((learner) => unfrozenEpoch(learner, 0.05))).toEqual([all, 4]);
    expect(await prepared((learner) => unfrozenEpoch(learner, 0.05))).toEqual([0, 4]);
    expect(await prepared((learner) => unfrozenEpoch(learner, 0.06))).toEqual([all, 5]);
    // What lies above the boundary does not matter.
    expect(await prepared((learner) => learner.fit(1, 0.1).then(() => learner.freezeTo(2)))).toEqual([0, 5]);
  });

  it("writes nothing where nothing is frozen: the photos are on disk anyway", async () => {
    const { learner, platform } = await openConv({ cache });
    await learner.unfreeze();
    await learner.fit(1, 0.05);
    expect(platform.storage.all.size).toBe(0);
  });
});

describe("cache.memoryLimit", () => {
  /** Of 36 rows: 3·16·16 bytes of a photo each, and 4·8·8 floats of four bytes at the first boundary. */
  const memoryLimit = 24_000;

  const learnt = async (first: number, cache: object) => {
    const { learner, weights, platform } = await openConv({ cache });
    await learner.freezeTo(first);
    await learner.fit(2, 0.05);
    return { weights: await weights(), validation: await learner.validate(), ...counts(platform) };
  };

  it("below the photos' pixels has them decoded again for each use: what is learnt is the same, bit for bit", async () => {
    const [plain, again] = [await learnt(0, {}), await learnt(0, { memoryLimit })];
    expect(plain.decoded).toBe(all);
    // Two epochs; a validation after each, one for the export, and one more.
    expect(again.decoded).toBe(all + 2 * trained + 4 * validated);
    expect(changed(plain.weights, again.weights)).toEqual([]);
    expect(again.validation).toEqual(plain.validation);
  });

  it("below the rows of a boundary in the middle asks for a folder, and with one trains from there alike", async () => {
    const [plain, stored] = [await learnt(1, {}), await learnt(1, { memoryLimit, folder: "features" })];
    expect(changed(plain.weights, stored.weights)).toEqual([]);
    expect(stored.validation).toEqual(plain.validation);
    expect([stored.decoded, stored.frozen]).toEqual([all, runsForAll]);
  });

  it("without a folder refuses to train there; the learner goes on elsewhere from where it was", async () => {
    const { learner, weights } = await openConv({ cache: { memoryLimit } });
    await learner.fit(2, 0.1);
    const before = await weights();
    const { details } = await refusal(() => learner.freezeTo(1), "memory-limit", "cache.memoryLimit", "cache.folder");
    expect(details).toEqual({ needed: all * 4 * 8 * 8 * 4, limit: memoryLimit });
    expect(learner.history).toHaveLength(2);
    await learner.freezeTo(2);
    expect(changed(before, await weights())).toEqual([]);
    expect(await learner.fit(1, 0.05)).toMatchObject([{ epoch: 2 }]);
    await learner.unfreeze();
    expect(await learner.fit(1, 0.05)).toMatchObject([{ epoch: 3 }]);
  });
});
