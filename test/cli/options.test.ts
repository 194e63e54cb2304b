import { Command, InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { addFormOptions, addLearnerOptions, photosAt, positive, whole } from "../../src/cli/options.js";

describe("whole", () => {
  const parse = whole(1, 300);

  it("takes whole numbers within bounds", () => {
    expect(["1", "300", "007"].map(parse)).toEqual([1, 300, 7]);
  });

  it.each(["0", "301", "1.5", "-1", "1e2", "0x10", "", " ", "five", "9".repeat(400)])("refuses %j", (text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
    expect(() => parse(text)).toThrow("a whole number from 1 to 300");
  });
});

describe("positive", () => {
  it("takes rates as people write them", () => {
    expect(["0.01", "3e-4", ".5", "10"].map(positive)).toEqual([0.01, 3e-4, 0.5, 10]);
  });

  it.each(["0", "-0.1", "", " ", "NaN", "Infinity", "1e999", "fast"])("refuses %j", (text) => {
    expect(() => positive(text)).toThrow(InvalidArgumentError);
  });
});

describe("addLearnerOptions", () => {
  it("knows heads by their names", () => {
    const parse = (head: string) =>
      addLearnerOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} })).parse(["--head", head], {
        from: "user",
      });
    expect(parse("fastai").opts().head).toBe("fastai");
    expect(() => parse("mlp")).toThrow("Allowed choices are linear, fastai.");
  });

  it("has the library's defaults", () => {
    const command = addLearnerOptions(new Command()).parse([], { from: "user" });
    expect(command.opts()).toEqual({
      model: "efficientnet-lite0",
      head: "linear",
      seed: 42,
      batchSize: 64,
      device: "auto",
      memoryLimit: 2048,
    });
  });
});

it("photosAt takes tables for tables and all else for folders", () => {
  for (const path of ["labels.csv", "my labels.CSV", "a/b.tsv"])
    expect(photosAt(path, 7)).toMatchObject({ kind: "csv", file: path, seed: 7 });
  for (const path of ["photos", "labels.csv/", "a.csv/photos"])
    expect(photosAt(path, 7)).toMatchObject({ kind: "folder", root: path, seed: 7 });
});

it("addFormOptions has no form by default", () => {
  const parse = (...args: string[]) => addFormOptions(new Command()).parse(args, { from: "user" }).opts();
  expect(parse()).toEqual({});
  expect(parse("--softmax", "--float16")).toEqual({ softmax: true, float16: true });
});
