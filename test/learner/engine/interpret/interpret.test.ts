import { describe, expect, it } from "vitest";
import { createNodeDecoder } from "../../../../src/datasets/node.js";
import type { CallContext } from "../../../../src/learner/border/channel.js";
import { type Interpreted, interpretation } from "../../../../src/learner/engine/interpret/interpret.js";
import { validation } from "../../../../src/learner/engine/training/validation.js";
import { convModel, photoSize } from "../../../helpers/conv-network.js";
import { transformTo, viewOf } from "../../../helpers/network-view.js";
import { refusal } from "../../../helpers/refusal.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";

const classes = ["a", "b", "c", "d", "e"];
const logits = Float32Array.of(3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5);
const photos = [0, 0, 2].map((label, i) => ({
  image: `photos/red/${i}`,
  name: `p${i}`,
  label,
  split: "valid" as const,
}));
const result = validation({ logits, loss: 2 }, Int32Array.of(0, 0, 2), classes, ["accuracy"]);
const interpreted: Interpreted = {
  ...{ result, photos, logits, classes, transform: transformTo(photoSize) },
  decoder: { ...createNodeDecoder(), decode: colourDecoder.decode },
  look: () => viewOf(convModel(), classes, photoSize),
};

function watched() {
  const events: unknown[] = [];
  const context: CallContext = { signal: new AbortController().signal, emit: (event) => events.push(event) };
  return { events, context };
}

describe("interpretation", () => {
  it("has the worst photos first, with the progress of looking at them", async () => {
    const { events, context } = watched();
    const found = await interpretation(interpreted, { topLosses: 2 }, context);
    expect(found).toMatchObject({ loss: 2, accuracy: 1 / 3, photos: 3 });
    expect(found.topLosses.map(({ name, actual, predicted }) => [name, actual, predicted])).toEqual([
      ["p2", "c", "e"],
      ["p1", "a", "b"],
    ]);
    expect(found.topLosses[0]!.loss).toBeCloseTo(Math.log(4 + Math.exp(5)), 5);
    expect(found.mostConfused).toEqual([
      { actual: "a", predicted: "b", count: 1 },
      { actual: "c", predicted: "e", count: 1 },
    ]);
    expect((await interpretation(interpreted, { topLosses: 0, minCount: 2 }, context)).mostConfused).toEqual([]);
    expect(events).toEqual([
      { phase: "interpret", done: 1, total: 2 },
      { phase: "interpret", done: 2, total: 2 },
    ]);
  });

  it("does without heat maps where there can be none, and says why", async () => {
    const look = () => viewOf(convModel({ batch: 4 }), classes, photoSize);
    const found = await interpretation({ ...interpreted, look }, {}, watched().context);
    expect(found.withoutHeatMaps).toContain("it takes 4 photos at a time");
    expect(found.topLosses.map(({ heatMap }) => heatMap)).toEqual([undefined, undefined, undefined]);
    expect(found.topLosses[0]!.photo.length).toBeGreaterThan(100);
  });

  it("refuses counts that are none, and hides no bug", async () => {
    const { context } = watched();
    await refusal(() => interpretation(interpreted, { topLosses: -1 }, context), "invalid-argument", "topLosses");
    await refusal(() => interpretation(interpreted, { minCount: 0 }, context), "invalid-argument", "minCount");
    const broken = { ...interpreted, look: () => Promise.reject(new Error("a bug")) };
    await expect(interpretation(broken, {}, context)).rejects.toThrow("a bug");
  });
});
