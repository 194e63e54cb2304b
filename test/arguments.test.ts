import { describe, expect, it } from "vitest";
import {
  checkFields,
  checkFlag,
  checkFolder,
  checkFunction,
  checkShare,
  checkSignal,
  givenFields,
  isObject,
  whole,
} from "../src/arguments.js";
import { refused } from "./helpers/refusal.js";

describe("checkFields", () => {
  const known = { steps: true, runs: true } as const;

  it("gives back what has known fields only, be they set or not", () => {
    for (const given of [{}, { steps: 1 }, { steps: undefined, runs: null }])
      expect(checkFields("options", given, known as never)).toBe(given);
  });

  it("names the field that is not known, and those that are", () => {
    expect(refused(() => checkFields("lrFind's options", { steps: 1, run: 5 }, known as never))).toEqual({
      name: "lrFind's options",
      expected: "options among steps, runs",
      received: '"run"',
    });
    expect(refused(() => checkFields("options", { toString: 1 }, known as never)).received).toBe('"toString"');
  });

  it("refuses what is no object", () => {
    for (const given of [null, undefined, 5, "steps", [], () => {}])
      expect(refused(() => checkFields("options", given as never, known as never)).expected).toBe(
        "an object of options",
      );
  });
});

it("isObject knows objects from lists, null and the rest", () => {
  expect([{}, new Map(), Object.create(null)].map(isObject)).toEqual([true, true, true]);
  expect([null, undefined, [], "a", 1, () => {}].map(isObject)).toEqual(Array(6).fill(false));
});

describe.each<[string, (value: unknown) => void, readonly unknown[], readonly unknown[]]>([
  ["checkFolder", checkFolder, ["out", "."], ["", undefined, null, 5, new URL("file:///out")]],
  [
    "checkSignal",
    checkSignal,
    [undefined, new AbortController().signal],
    [null, new AbortController(), { aborted: false }],
  ],
  ["checkFunction", (value) => checkFunction("f", value), [undefined, () => {}, class {}], [null, {}, "f", true]],
  ["checkFlag", (value) => checkFlag("flag", value), [undefined, true, false], [null, 0, 1, "true"]],
  ["checkShare", (value) => checkShare("share", value), [0, 0.5, 1], [-0.1, 1.1, Number.NaN, "0.5", null, undefined]],
  ["whole", (value) => whole("n", value, 2, 4), [2, 3, 4], [1, 5, 2.5, Number.NaN, "3", undefined]],
])("%s", (_, check, right, wrong) => {
  it("takes what is right, and refuses all else", () => {
    for (const value of right) expect(() => check(value)).not.toThrow();
    for (const value of wrong) expect(refused(() => check(value)).expected).toMatch(/^(a|an|the|true) /);
  });
});

it("whole says what it wants", () => {
  expect(refused(() => whole("n", 5, 2, 4))).toEqual({
    name: "n",
    expected: "a whole number from 2 to 4",
    received: "5",
  });
});

it("givenFields leaves out what is undefined, and nothing else", () => {
  const given = givenFields({ a: undefined, b: null, c: 0, d: "", e: false });
  expect(Object.entries(given)).toEqual([
    ["b", null],
    ["c", 0],
    ["d", ""],
    ["e", false],
  ]);
});
