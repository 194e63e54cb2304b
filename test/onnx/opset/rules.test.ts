// Nothing passes silently: every change that ONNX's own record knows (versions.json, written by versions.py) has a rule,
// or is listed as one that asks for none, or added element types only.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { newestOpset, oldestOpset } from "../../../src/onnx/opset/convert.js";
import { rules } from "../../../src/onnx/opset/rules.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { compatible } from "./compatible.js";

type Kind = "new" | "deprecated" | "form" | "text" | "types";
const file = new URL("versions.json", import.meta.url);
const record: Record<string, Partial<Record<Kind, number[]>>> = JSON.parse(readFileSync(file, "utf8"));

interface Change {
  readonly opType: string;
  readonly version: number;
}

const changes = Object.entries(record).flatMap(([opType, kinds]) =>
  Object.entries(kinds).flatMap(([kind, versions]) => versions.map((version) => ({ opType, version, kind }))),
);

/** Down to the target itself go operators that are deprecated there. */
const hasRule = ({ opType, version }: Change): boolean => {
  const { up = {}, down = {} } = rules[opType] ?? {};
  const isYoung = version > targetOpset || (version === targetOpset && record[opType]?.deprecated?.includes(version));
  return version in (isYoung ? down : up);
};

const isListed = ({ opType, version }: Change): boolean =>
  Object.values(compatible).some((operators) => operators[opType]?.includes(version));

describe("the record", () => {
  it("reaches over all opsets that are converted", () => {
    const versions = changes.map(({ version }) => version);
    expect(Math.min(...versions)).toBe(oldestOpset + 1);
    expect(Math.max(...versions)).toBe(newestOpset);
    expect(changes.length).toBeGreaterThan(300);
  });
});

describe("every change of an operator", () => {
  const telling = changes.filter(({ kind }) => kind !== "types");

  it.each(telling)("$opType in $version ($kind) is dealt with", (change) => {
    expect(hasRule(change) || isListed(change)).toBe(true);
  });

  it("is dealt with once", () => {
    expect(changes.filter((change) => hasRule(change) && isListed(change))).toEqual([]);
  });
});

describe("rules and exceptions", () => {
  it("are for changes that the record knows", () => {
    const listed = Object.values(compatible).flatMap((operators) =>
      Object.entries(operators).flatMap(([opType, versions]) => versions.map((version) => ({ opType, version }))),
    );
    const ruled = Object.entries(rules).flatMap(([opType, { up = {}, down = {} }]) =>
      [...Object.keys(up), ...Object.keys(down)].map((version) => ({ opType, version: Number(version) })),
    );
    const isKnown = (change: Change): boolean =>
      changes.some(({ opType, version }) => opType === change.opType && version === change.version);
    expect([...listed, ...ruled].filter((change) => !isKnown(change))).toEqual([]);
  });

  it("go up to the target, and down to it", () => {
    for (const { up = {}, down = {} } of Object.values(rules)) {
      for (const version of Object.keys(up)) expect(Number(version)).toBeLessThanOrEqual(targetOpset);
      for (const version of Object.keys(down)) expect(Number(version)).toBeGreaterThanOrEqual(targetOpset);
    }
  });
});
