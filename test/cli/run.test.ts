import { describe, expect, it } from "vitest";
import { version } from "../../src/version.js";
import { cliHere } from "../helpers/cli-here.js";

const commands = ["train", "lr-find", "show", "predict", "eval", "report", "export", "models", "inspect"];

describe("help", () => {
  it("lists every command and the exit codes", async () => {
    const { code, stdout, stderr } = await cliHere(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} \\[options\\]`, "m"));
    expect(stdout).toContain("Exit codes: 0 done");
  });

  it.each(commands)("of %s says how it is used", async (command) => {
    const { code, stdout } = await cliHere([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: regraft ${command} \\[options\\]`));
    expect(stdout).toContain("--json");
    expect(await cliHere(["help", command])).toEqual({ code: 0, stdout, stderr: "" });
  });

  it("gives defaults and examples", async () => {
    const { stdout } = await cliHere(["train", "--help"]);
    for (const value of ["5", "42", "64", '"efficientnet-lite0"', '"auto"'])
      expect(stdout).toContain(`(default: ${value})`);
    expect(stdout).toContain("$ regraft train photos/");
  });

  it("of train has its many options under headings, the basic ones first, in eighty columns", async () => {
    const { stdout } = await cliHere(["train", "--help"]);
    expect(stdout.match(/^\S.*:$/gm)).toEqual([
      "Arguments:",
      "Options:",
      "What photos are labelled with, if not with a class each:",
      "How the model is trained:",
      "Memory and disk:",
      "How photos are varied in training:",
      "Checkpoints:",
      "What is exported:",
      "Examples:",
    ]);
    const basic = stdout.slice(stdout.indexOf("\nOptions:"), stdout.indexOf("\nWhat photos"));
    expect(basic.match(/^ {2}-\S+( --\S+)?/gm)).toHaveLength(12);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("of show leaves out what changes nothing that is drawn, and takes it all the same", async () => {
    const { stdout } = await cliHere(["show", "--help"]);
    expect(stdout).toContain("--views");
    expect(stdout).not.toMatch(/--(optimizer|loss|device|head)/);
    expect((await cliHere(["show", "nowhere/", "--optimizer", "adamw"])).code).toBe(1);
  });

  it("has the version", async () => {
    expect(await cliHere(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});

describe("wrong usage ends with 2, help on stderr, and nothing on stdout", () => {
  it.each([
    [[], "Usage: regraft"],
    [["trian", "photos"], "Did you mean train?"],
    [["train"], "missing required argument 'photos'"],
    [["train", "a", "b"], "too many arguments"],
    [["train", "photos", "--epoch", "3"], "Did you mean --epochs?"],
    [["train", "photos", "--epochs", "0"], "a whole number from 1 to 100000"],
    [["train", "photos", "--epochs", "2.5"], "a whole number from 1 to 100000"],
    [["train", "photos", "--lr", "-1"], "a number above 0"],
    [["train", "photos", "--seed", "4294967296"], "a whole number from 0 to 4294967295"],
    [["train", "photos", "--batch-size", "zero"], "a whole number from 1 to 65536"],
    [["train", "photos", "--out"], "argument missing"],
    [["lr-find", "photos", "--plot", "curve.png"], "end in .svg"],
    [["predict", "model"], "missing required argument 'image'"],
    [["eval", "model"], "missing required argument 'photos'"],
    [["eval", "model", "photos", "--split", "test"], "Allowed choices are valid, train, all"],
    [["export", "model"], "required option '-o, --out <folder>' not specified"],
    [["predict", "model", "a.jpg", "--top", "0"], "a whole number from 1 to 1000"],
    [["inspect"], "missing required argument 'model'"],
    [["models", "resnet"], "too many arguments"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await cliHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
