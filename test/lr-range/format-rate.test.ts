import { expect, it } from "vitest";
import { formatRate } from "../../src/lr-range/format-rate.js";

it.each([
  [0.012345, "0.012"],
  [0.01, "0.01"],
  [0.000999, "0.001"],
  [0.00095, "9.5e-4"],
  [3.456e-6, "3.5e-6"],
  [1e-7, "1e-7"],
  [1, "1"],
  [10.000000000000002, "10"],
  [19953, "20000"],
  [123456, "1.2e5"],
])("writes %d as %s", (lr, text) => {
  expect(formatRate(lr)).toBe(text);
});
