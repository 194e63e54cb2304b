import { expect, it } from "vitest";
import {
  counted,
  duration,
  enumerated,
  lossText,
  metricTitle,
  percent,
  valueText,
} from "../../../src/learner/report/numbers.js";

it("writes shares, losses and counts as people do", () => {
  expect([percent(0.985), percent(1), percent(0)]).toEqual(["98.5 %", "100.0 %", "0.0 %"]);
  expect([lossText(0.12345), lossText(1234.5678)]).toEqual(["0.1235", "1234.6"]);
  expect([counted(1, "photo"), counted(1200, "photo"), counted(2, "class", "classes")]).toEqual([
    "1 photo",
    "1,200 photos",
    "2 classes",
  ]);
  expect([enumerated([]), enumerated(["a"]), enumerated(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
});

it("writes durations from milliseconds to minutes", () => {
  expect([0.0124, 1.44, 12.3, 59.7, 125].map(duration)).toEqual(["12 ms", "1.4 s", "12 s", "1 min 0 s", "2 min 5 s"]);
});

it("writes values of any size with four digits, and metrics as people call them", () => {
  expect([0, 2, 12.34567, 123456.7, 1.5e-7, 3.21e9].map(valueText)).toEqual([
    "0",
    "2",
    "12.35",
    "123500",
    "1.500e-7",
    "3.210e+9",
  ]);
  expect(["r2", "f1", "mAP", "constructor"].map(metricTitle)).toEqual(["R²", "F1", "mAP", "constructor"]);
});
