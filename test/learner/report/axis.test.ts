import { describe, expect, it } from "vitest";
import { type Axis, countingAxis, decadeAxis, linearAxis } from "../../../src/learner/report/axis.js";

const texts = ({ ticks }: Axis) => ticks.map(({ text }) => text);

describe("linearAxis", () => {
  it("encloses the values with round numbers", () => {
    const axis = linearAxis("loss", [0.63, 0.034], { least: 0 });
    expect([axis.min, axis.max]).toEqual([0, 0.8]);
    expect(texts(axis)).toEqual(["0.0", "0.2", "0.4", "0.6", "0.8"]);
    expect(texts(linearAxis("x", [0.0051, 0.0009], { least: 0 }))).toEqual(["0.000", "0.002", "0.004", "0.006"]);
    expect(texts(linearAxis("x", [-3, 120]))).toEqual(["-50", "0", "50", "100", "150"]);
  });

  it("has a length when all values are one, or none is a number", () => {
    for (const values of [[5], [0], [Number.NaN], []]) {
      const { min, max } = linearAxis("x", values);
      expect(max).toBeGreaterThan(min);
    }
  });
});

describe("countingAxis", () => {
  it("counts, of many only some, and makes room around a single one", () => {
    expect(texts(countingAxis("epoch", 0, 3))).toEqual(["0", "1", "2", "3"]);
    expect(texts(countingAxis("epoch", 0, 99))).toEqual(["0", "20", "40", "60", "80"]);
    expect(countingAxis("epoch", 4, 4)).toMatchObject({ min: 3.5, max: 4.5, ticks: [{ value: 4, text: "4" }] });
  });
});

describe("decadeAxis", () => {
  it("has whole decades, of many every other one, and takes 10.000000000000002 for 10", () => {
    expect(texts(decadeAxis("lr", [2e-4, 0.03], String))).toEqual(["0.0001", "0.001", "0.01", "0.1"]);
    const wide = decadeAxis("lr", [1e-9, 10.000000000000002], (x) => x.toExponential());
    expect(wide.max).toBe(10);
    expect(texts(wide)).toEqual(["1e-9", "1e-7", "1e-5", "1e-3", "1e-1", "1e+1"]);
  });
});
