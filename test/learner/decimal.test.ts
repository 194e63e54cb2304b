import { expect, it } from "vitest";
import { decimal } from "../../src/learner/decimal.js";

it("decimal has so many digits behind the point, or significant ones where these would tell nothing, or too much", () => {
  const text = [0, 0.9, 12.5, -3, 0.0099, 0.00099, 999_999, 1e6, 4.906576e29, 2e-40, Number.NaN];
  expect(text.map((value) => decimal(value, 4))).toEqual(
    ["0.0000", "0.9000", "12.5000", "-3.0000", "0.0099", "0.0009900"].concat([
      "999999.0000",
      "1.000e+6",
      "4.907e+29",
      "2.000e-40",
      "NaN",
    ]),
  );
  expect(decimal(0.00001, 6)).toBe("0.000010");
  expect(decimal(0.000001, 6)).toBe("0.00000100000");
});
