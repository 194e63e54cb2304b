import { describe, expect, it } from "vitest";
import { readRecord, trainingRecord } from "../../../src/learner/report/training-record.js";
import { cardInput, headFit, layersFit } from "../../helpers/cards.js";
import { refusal } from "../../helpers/refusal.js";

describe("trainingRecord", () => {
  it("keeps fits, settings, counts and the smoothed curves of the range test, through JSON", () => {
    const record = trainingRecord(cardInput());
    expect(record).toMatchObject({ format: 1, model: "tiny-net", classes: ["cat", "dog"] });
    expect(record.fits).toEqual([headFit, layersFit]);
    expect(record.photos).toEqual({ train: 12, valid: 4, skipped: 1 });
    expect(record.range!.median).toEqual({ lrs: [0.001, 0.01, 0.1], losses: [1, 0.75, 0.5] });
    expect(record.range!.runs[1]!.losses).toEqual([1, 0.7, 0.6]);
    expect(readRecord(JSON.stringify(record), "training.json")).toEqual(record);
  });

  it("has no range test where there was none", () => {
    const input = cardInput();
    const record = trainingRecord({ ...input, report: { ...input.report, range: undefined, fits: [] } });
    expect(record.range).toBeNull();
    expect(readRecord(JSON.stringify(record), "training.json")).toEqual(record);
  });
});

describe("readRecord", () => {
  it.each([
    ["no JSON", "{"],
    ["another format", JSON.stringify({ ...trainingRecord(cardInput()), format: 2 })],
    ["fits that are none", JSON.stringify({ ...trainingRecord(cardInput()), fits: [null] })],
    ["half a range", JSON.stringify({ ...trainingRecord(cardInput()), range: {} })],
  ])("refuses %s", async (_, text) => {
    await refusal(() => readRecord(text, "m/training.json"), "invalid-model", "m/training.json");
  });
});
