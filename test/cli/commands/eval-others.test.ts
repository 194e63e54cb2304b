import { expect, it } from "vitest";
import { tellOthers } from "../../../src/cli/commands/eval-others.js";
import type { Output } from "../../../src/cli/output.js";

function listening() {
  const lines: string[] = [];
  const objects: unknown[] = [];
  const output = {
    result: (text: string) => lines.push(text),
    note: () => {},
    json: (value: unknown) => objects.push(value),
  };
  return { lines, objects, output: output as unknown as Output };
}

const common = { loss: 0.25, photos: 7, skipped: [] };

it("tells of labels, a line each", () => {
  const { lines, objects, output } = listening();
  const score = {
    label: "sunny",
    count: 3,
    threshold: 0.25,
    precision: 0.5,
    recall: 1,
    f1: 2 / 3,
    averagePrecision: 0.75,
  };
  tellOthers("model", { ...common, metrics: { f1: 2 / 3, mAP: 0.75 }, perLabel: [score] }, output);
  expect(lines).toEqual([
    "f1 0.6667, mAP 0.7500, loss 0.2500 on 7 photos",
    "label  threshold  precision  recall   F1     AP     support\nsunny  0.250      50.0 %     100.0 %  0.667  0.750  3",
  ]);
  expect(objects).toMatchObject([
    { model: "model", photos: 7, metrics: { mAP: 0.75 }, labels: [{ label: "sunny", support: 3 }] },
  ]);
});

it("tells of numbers, in their own units", () => {
  const { lines, objects, output } = listening();
  const perTarget = [{ name: "age", mae: 2.5, mse: 9, rmse: 3, r2: Number.NaN }];
  tellOthers("model", { ...common, metrics: { mae: 2.5 }, perTarget }, output);
  expect(lines).toEqual(["mae 2.5000, loss 0.2500 on 7 photos", "value  MAE    RMSE   R2\nage    2.500  3.000  -"]);
  expect(objects).toMatchObject([{ targets: perTarget }]);
});
