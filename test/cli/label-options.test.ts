import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addLabelOptions, labelsIn, lossOption, photosAt } from "../../src/cli/label-options.js";
import { refused } from "../helpers/refusal.js";

const parse = (...args: string[]) =>
  addLabelOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }))
    .parse(args, { from: "user" })
    .opts();

describe("addLabelOptions", () => {
  it("takes names with commas between them", () => {
    expect(parse("--labels", "sunny, indoor")).toEqual({ labels: ["sunny", "indoor"] });
    expect(parse("--targets", "age")).toEqual({ targets: ["age"] });
    expect(parse("--label-delimiter", " ")).toEqual({ labelDelimiter: " " });
  });

  it("refuses empty names, one twice, and two kinds of labels at once", () => {
    expect(() => parse("--labels", "a,,b")).toThrow("names with commas");
    expect(() => parse("--targets", "a,a")).toThrow("each once");
    expect(() => parse("--targets", "age", "--labels", "a")).toThrow("cannot be used with");
    expect(() => parse("--label-delimiter", " ", "--labels", "a")).toThrow("cannot be used with");
  });
});

it("labelsIn keeps what is about the table", () => {
  expect(labelsIn({ suffix: ".jpg", targets: ["age"], model: "x" } as never)).toEqual({
    suffix: ".jpg",
    targets: ["age"],
  });
});

describe("photosAt", () => {
  it("takes tables for tables and all else for folders", () => {
    for (const path of ["labels.csv", "data/Labels.CSV", "labels.tsv"])
      expect(photosAt(path, 7)).toMatchObject({ kind: "csv", task: "single-label", file: path, seed: 7 });
    for (const path of ["photos", "photos/", "labels.csv/photos", "csv"])
      expect(photosAt(path, 7)).toMatchObject({ kind: "folder", root: path, seed: 7 });
  });

  it("reads labels and numbers from tables alone", () => {
    expect(photosAt("a.csv", 1, { labelDelimiter: " " })).toMatchObject({ task: "multi-label", labelDelimiter: " " });
    expect(photosAt("a.csv", 1, { labels: ["x"] })).toMatchObject({ task: "multi-label", columns: { labels: ["x"] } });
    expect(photosAt("a.csv", 1, { targets: ["x"] })).toMatchObject({ task: "regression", columns: { targets: ["x"] } });
    expect(refused(() => photosAt("photos/", 1, { targets: ["x"] }))).toMatchObject({
      name: "targets",
      expected: "a .csv file",
    });
  });

  it("starts paths of tables where it is told to", () => {
    expect(photosAt("a.csv", 1, { root: "photos" })).toMatchObject({ root: "photos" });
    expect(refused(() => photosAt("photos/", 1, { root: "x" })).name).toBe("root");
  });

  it("appends a suffix to the files of tables alone", () => {
    expect(photosAt("a.csv", 1, { suffix: ".jpg" })).toMatchObject({ task: "single-label", suffix: ".jpg" });
    expect(refused(() => photosAt("photos/", 1, { suffix: ".jpg" })).name).toBe("suffix");
  });
});

describe("lossOption", () => {
  it("is the task's own unless another is named, with weights of classes or labels", () => {
    expect(lossOption("single-label", {})).toEqual({ name: "cross-entropy" });
    expect(lossOption("regression", { loss: "mae" })).toEqual({ name: "mae" });
    expect(lossOption("single-label", { classWeights: "balanced" })).toEqual({
      name: "cross-entropy",
      classWeights: "balanced",
    });
    expect(lossOption("multi-label", { classWeights: "balanced" })).toEqual({ name: "bce", posWeights: "balanced" });
    expect(refused(() => lossOption("regression", { classWeights: "balanced" })).name).toBe("class-weights");
  });
});
