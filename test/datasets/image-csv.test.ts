import { describe, expect, it } from "vitest";
import { imageCsv } from "../../src/datasets/image-csv.js";
import { refusal } from "../helpers/refusal.js";

describe("imageCsv", () => {
  it("describes a file: plain data, with the defaults filled in", () => {
    const described = imageCsv("pets.csv");
    expect(described).toEqual({
      kind: "csv",
      task: "single-label",
      labelDelimiter: undefined,
      file: "pets.csv",
      root: undefined,
      suffix: undefined,
      columns: undefined,
      header: undefined,
      delimiter: undefined,
      validFraction: 0.2,
      seed: 42,
    });
    expect(structuredClone(described)).toEqual(described);
    const options = { root: "photos", columns: { file: "id", label: 2, split: "set" }, header: true, delimiter: ";" };
    expect(imageCsv("a.csv", { ...options, validFraction: 0.5, seed: 1 })).toEqual({
      kind: "csv",
      task: "single-label",
      labelDelimiter: undefined,
      file: "a.csv",
      suffix: undefined,
      ...options,
      validFraction: 0.5,
      seed: 1,
    });
  });

  it("asks for labels or values where its columns say so", () => {
    expect(imageCsv("a.csv", { labelDelimiter: " " }).task).toBe("multi-label");
    expect(imageCsv("a.csv", { columns: { file: 0, label: 2 }, labelDelimiter: ";" }).task).toBe("multi-label");
    expect(imageCsv("a.csv", { columns: { labels: ["sunny", "indoor"] } }).task).toBe("multi-label");
    expect(imageCsv("a.csv", { columns: { file: "id", targets: [1, 2], split: 3 } }).task).toBe("regression");
  });

  it.each<[string, unknown, unknown]>([
    ["columns", "a.csv", { columns: { file: 0, label: 1, labels: [2] } }],
    ["columns.file", "a.csv", { columns: { file: "", targets: ["age"] } }],
    ["columns.labels", "a.csv", { columns: { labels: [] } }],
    ["columns.labels", "a.csv", { columns: { labels: "sunny" } }],
    ["columns.targets", "a.csv", { columns: { targets: ["age", "age"] } }],
    ["columns.targets[1]", "a.csv", { columns: { targets: ["age", ""] } }],
    ["columns.targets[0]", "a.csv", { columns: { targets: ["age"] }, header: false }],
    ["labelDelimiter", "a.csv", { labelDelimiter: "" }],
    ["labelDelimiter", "a.csv", { labelDelimiter: " ", columns: { labels: ["sunny"] } }],
    ["imageCsv's file", "", {}],
    ["imageCsv's file", undefined, {}],
    ["imageCsv's options", "a.csv", null],
    ["imageCsv's options", "a.csv", { colums: {} }],
    ["root", "a.csv", { root: "" }],
    ["root", "a.csv", { root: null }],
    ["suffix", "a.csv", { suffix: "" }],
    ["suffix", "a.csv", { suffix: null }],
    ["columns", "a.csv", { columns: ["file", "label"] }],
    ["columns", "a.csv", { columns: { file: 0, label: 1, class: 2 } }],
    ["columns.label", "a.csv", { columns: { file: 0 } }],
    ["columns.file", "a.csv", { columns: { file: -1, label: 1 } }],
    ["columns.split", "a.csv", { columns: { file: 0, label: 1, split: "" } }],
    ["columns.label", "a.csv", { columns: { file: 0, label: "class" }, header: false }],
    ["header", "a.csv", { header: "yes" }],
    ["delimiter", "a.csv", { delimiter: "" }],
    ["delimiter", "a.csv", { delimiter: ", " }],
    ["delimiter", "a.csv", { delimiter: '"' }],
    ["delimiter", "a.csv", { delimiter: 5 }],
    ["validFraction", "a.csv", { validFraction: 1 }],
    ["seed", "a.csv", { seed: 0.5 }],
  ])("refuses a wrong %s", async (name, file, options) => {
    const { details } = await refusal(() => imageCsv(file as never, options as never), "invalid-argument", "Expected");
    expect(details.name).toBe(name);
  });
});
