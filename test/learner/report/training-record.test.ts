import { describe, expect, it } from "vitest";
import { readRecord, trainingRecord } from "../../../src/learner/report/training-record.js";
import { cardInput, headFit, layersFit } from "../../helpers/cards.js";
import { refusal } from "../../helpers/refusal.js";
import { openConv } from "../../helpers/unfreezing.js";

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

describe("a learner on varied photos, in stratified batches, that stopped early", () => {
  it("tells all of it in its card, its report and its training.json, which is read back", async () => {
    const { learner } = await openConv({
      augment: { views: 2, mixup: 0.4 },
      batches: "stratified",
      batchSize: 5,
    });
    await learner.fit(6, 0.5, { earlyStopping: { monitor: "accuracy" } });
    const [fit] = learner.fits;
    const { isStopped, isRestored, best } = fit!.tracked!;
    expect({ isStopped, isRestored }).toEqual({ isStopped: true, isRestored: true });
    const files = await learner.exportFiles();
    const text = async (name: string) => files.get(name)!.text();
    const record = readRecord(await text("training.json"), "training.json");
    expect(record.fits).toEqual(learner.fits);
    const [card, page] = [await text("README.md"), await learner.report({ topLosses: 1 })];
    const settings = new Map(record.settings.map(({ name, value }) => [name, value]));
    expect(settings.get("Batch size")).toBe("5, stratified");
    const augment = "mixup α 0.4, 2 views of each photo while layers are frozen";
    for (const told of [settings.get("Augmentation"), card, page]) expect(told).toContain(augment);
    expect(card).toContain("- Batch size: 5, stratified");
    expect(card).toContain(
      `as \`accuracy\` got no better, weights of epoch ${best}, the best by \`accuracy\`, restored`,
    );
    expect(page).toContain("5, stratified");
    expect(page).toContain(`as the accuracy got no better. Its last weights are those of epoch ${best}`);
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
