import { describe, expect, it } from "vitest";
import { createNodeDecoder } from "../../../../src/datasets/node.js";
import type { CallContext } from "../../../../src/learner/border/channel.js";
import { type Interpreted, interpretation } from "../../../../src/learner/engine/interpret/interpret.js";
import { labelValidation, valueValidation } from "../../../../src/learner/engine/training/other-validations.js";
import { validation } from "../../../../src/learner/engine/training/validation.js";
import type {
  Interpretation,
  LabelInterpretation,
  ValueInterpretation,
} from "../../../../src/learner/interpret/interpretation.js";
import { labelOutcome, valueOutcome } from "../../../helpers/cards.js";
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
  ...{
    task: "single-label",
    thresholds: undefined,
    result,
    photos,
    logits,
    classes,
    transform: transformTo(photoSize),
  },
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
    const found = (await interpretation(interpreted, { topLosses: 2 }, context)) as Interpretation;
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
    const rare = await interpretation(interpreted, { topLosses: 0, minCount: 2 }, context);
    expect((rare as Interpretation).mostConfused).toEqual([]);
    expect(events).toEqual([
      { phase: "interpret", done: 1, total: 2 },
      { phase: "interpret", done: 2, total: 2 },
    ]);
  });

  it("tells of labels which were missed for which, by their thresholds", async () => {
    const { names, labels, logits } = labelOutcome;
    const outcome = { ...labelOutcome, thresholds: [0.5, 0.5, 0.1] };
    const labelled: Interpreted = {
      ...interpreted,
      ...{ task: "multi-label", classes: names, thresholds: outcome.thresholds, logits },
      result: labelValidation(outcome, 0.25, ["f1"]),
      photos: [0, 1, 2, 3].map((row) => ({
        ...{ image: `photos/red/${row}`, name: `p${row}`, split: "valid" },
        label: [0, 1, 2].filter((at) => labels[3 * row + at] === 1),
      })),
      // It gives five logits, of which three are these labels'.
      look: () => viewOf(convModel(), classes, photoSize),
    };
    const found = (await interpretation(labelled, { topLosses: 2 }, watched().context)) as LabelInterpretation;
    expect(found).toMatchObject({ loss: 0.25, photos: 4, classes: names, withoutHeatMaps: undefined });
    expect(found.metrics).toEqual({ f1: found.perLabel.reduce((sum, { f1 }) => sum + f1, 0) / 3 });
    expect(found.confusion[2]).toEqual({ label: "dog", found: 1, missed: 0, wrong: 1, neither: 2 });
    expect(found.mostConfused).toEqual([{ actual: "sea", predicted: "dog", count: 1 }]);
    expect(found.topLosses.map(({ name, actual, predicted, label }) => [name, actual, predicted, label])).toEqual([
      ["p1", ["sea"], ["dog"], "dog"],
      ["p0", ["sky", "sea"], ["sky"], "sea"],
    ]);
    expect(found.topLosses[0]!.heatMap!.length).toBeGreaterThan(100);
    const rare = await interpretation(labelled, { topLosses: 0, minCount: 2 }, watched().context);
    expect((rare as LabelInterpretation).mostConfused).toEqual([]);
  });

  it("tells of values what was said of each photo, without heat maps", async () => {
    const { names, actual, predicted } = valueOutcome;
    const valued: Interpreted = {
      ...interpreted,
      ...{ task: "regression", classes: names, logits: predicted },
      result: valueValidation({ logits: predicted, loss: 0.048 }, actual, names, ["r2"]),
      photos: Array.from(actual, (value, row) => ({
        ...{ image: `photos/red/${row}`, name: `p${row}`, split: "valid" },
        label: [value],
      })),
      look: () => Promise.reject(new Error("nobody looks")),
    };
    const found = (await interpretation(valued, { topLosses: 1 }, watched().context)) as ValueInterpretation;
    expect(found).toMatchObject({ loss: 0.048, photos: 4, metrics: { r2: 0.952 }, actual, predicted });
    expect(found.topLosses).toEqual([
      { name: "p3", actual: { radius: 40 }, predicted: { radius: 36 }, loss: 16 / 125, photo: expect.any(Uint8Array) },
    ]);
    await refusal(() => interpretation(valued, { minCount: 2 }, watched().context), "invalid-argument", "minCount");
  });

  it("refuses counts that are none", async () => {
    const { context } = watched();
    await refusal(() => interpretation(interpreted, { topLosses: -1 }, context), "invalid-argument", "topLosses");
    await refusal(() => interpretation(interpreted, { minCount: 0 }, context), "invalid-argument", "minCount");
  });
});
