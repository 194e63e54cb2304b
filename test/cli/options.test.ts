import { Command, InvalidArgumentError, Option } from "commander";
import { describe, expect, it } from "vitest";
import {
  addFormOptions,
  addLearnerOptions,
  addNeed,
  deviceOption,
  freezeToOption,
  integer,
  positive,
  whole,
} from "../../src/cli/options.js";
import { homes } from "../../src/learner/engine/device/device.js";

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

describe("integer", () => {
  it("takes numbers of either sign", () => {
    expect(["0", "3", "-2", "-0"].map(integer)).toEqual([0, 3, -2, -0]);
  });

  it.each(["", "-", "1.5", "+1", "1e2", "all", "9".repeat(10)])("refuses %j", (text) => {
    expect(() => integer(text)).toThrow(InvalidArgumentError);
  });
});

describe("addNeed", () => {
  const said: string[] = [];
  const parse = (...args: string[]) => {
    const [few, many] = [freezeToOption("some"), new Option("--many <thing>")];
    const command = new Command().exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
    return addNeed(command.addOption(few).addOption(many), few, many)
      .action(() => {})
      .parse(args, { from: "user" })
      .opts();
  };

  it("refuses an option without the other one, and says which", () => {
    expect(() => parse("--freeze-to", "0")).toThrow("option '--freeze-to <integer>' needs '--many <thing>'");
    expect(said).toEqual(["error: option '--freeze-to <integer>' needs '--many <thing>'\n"]);
  });

  it("has nothing against both, the other one, or none", () => {
    expect(parse("--freeze-to", "-2", "--many", "x")).toEqual({ freezeTo: -2, many: "x" });
    expect(parse("--many", "x")).toEqual({ many: "x" });
    expect(parse()).toEqual({});
  });
});

describe("addLearnerOptions", () => {
  it("knows heads by their names", () => {
    const parse = (head: string) =>
      addLearnerOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} })).parse(["--head", head], {
        from: "user",
      });
    expect(parse("fastai").opts().head).toBe("fastai");
    expect(() => parse("mlp")).toThrow("Allowed choices are linear, fastai, pretrained.");
  });

  it("knows optimizers by their names", () => {
    const parse = (optimizer: string) =>
      addLearnerOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} })).parse(
        ["--optimizer", optimizer],
        { from: "user" },
      );
    expect(parse("adamw").opts().optimizer).toBe("adamw");
    expect(() => parse("adam")).toThrow("Allowed choices are sgd, adamw.");
  });

  it("has the library's defaults", () => {
    const command = addLearnerOptions(new Command()).parse([], { from: "user" });
    expect(command.opts()).toEqual({
      model: "efficientnet-lite0",
      head: "linear",
      optimizer: "sgd",
      seed: 42,
      batchSize: 64,
      device: "auto",
      memoryLimit: 2048,
    });
  });
});
it("addFormOptions has no form by default", () => {
  const parse = (...args: string[]) => addFormOptions(new Command()).parse(args, { from: "user" }).opts();
  expect(parse()).toEqual({});
  expect(parse("--softmax", "--float16")).toEqual({ softmax: true, float16: true });
  expect(parse("--fold-batch-norm")).toEqual({ foldBatchNorm: true });
});

it("deviceOption names the devices of Node", () => {
  const { description } = deviceOption();
  const named = description
    .match(/: (.*)$/)![1]!
    .split(", ")
    .sort();
  expect(named).toEqual([...Object.keys(homes).filter((device) => device !== "wasm"), "auto"].sort());
});
