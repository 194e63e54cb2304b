import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/datasets/csv.js";
import { labelsOf, titlesOf } from "../../src/datasets/csv-labels.js";

const refuse = ({ line, reason }: Problem) => new Error(`${line}: ${reason}`);
const row = (...cells: string[]) => ({ line: 7, cells });

describe("labelsOf", () => {
  it("takes a class, which must be there", () => {
    const labels = labelsOf(
      { task: "single-label", labelDelimiter: undefined },
      { label: 1 },
      ["file", "label"],
      refuse,
    );
    expect(labels(row("a.jpg", "cat"), "a.jpg")).toBe("cat");
    expect(() => labels(row("a.jpg", ""), "a.jpg")).toThrow("7: a.jpg has no label");
  });

  it("takes labels that are parted by any text", () => {
    const labels = labelsOf({ task: "multi-label", labelDelimiter: " | " }, { label: 1 }, ["file", "tags"], refuse);
    expect(labels(row("a.jpg", "old car | red"), "a.jpg")).toEqual(["old car", "red"]);
  });
});

describe("titlesOf", () => {
  it("are the header's cells, and numbers where there are none", () => {
    expect(titlesOf(row("File", "", "Age"), { hasHeader: true })).toEqual(["File", "column 1", "Age"]);
    expect(titlesOf(row("a.jpg", "3"), { hasHeader: false })).toEqual(["column 0", "column 1"]);
  });
});
