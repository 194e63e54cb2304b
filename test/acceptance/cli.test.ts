// The command line on the build: train, predict, lr-find, and what surrounds them.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadClassifier } from "../helpers/build.js";
import { lastLine, trainKeys } from "../helpers/cli-here.js";
import { copyFew, photosIn } from "../helpers/photos.js";
import { runCli } from "../helpers/run-cli.js";
import type { Ended } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();
const classes = ["bag", "sneaker", "trouser"];
const name = "Kleider für Größe 写真";
const photos = copyFew(join(home, name), { classes, train: 12, valid: 4 });
const bag = photosIn(join(photos, "valid/bag"))[0]!;

describe("regraft train --json", () => {
  const exported = join(home, `${name}-model`);
  let ended: Ended;
  beforeAll(async () => {
    ended = await runCli(["train", name, "--json"], { cwd: home });
  });

  it("ends with one object on stdout", () => {
    expect(ended).toMatchObject({ code: 0, signal: null });
    const result = lastLine(ended.stdout);
    const { lr, epochs, accuracy } = result;
    expect(Object.keys(result)).toEqual(trainKeys);
    expect(result).toMatchObject({ model: "efficientnet-lite0", classes, train: 36, valid: 12, out: `${name}-model` });
    expect(lr).toBeGreaterThan(1e-4);
    expect(lr).toBeLessThan(1);
    expect(epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([0, 1, 2, 3, 4]);
    for (const epoch of epochs) {
      expect(Object.keys(epoch)).toEqual(["epoch", "trainLoss", "validLoss", "accuracy", "seconds"]);
      for (const value of Object.values(epoch)) expect(value).toBeTypeOf("number");
    }
    // The first loss of a head that starts at zero is ln(3).
    expect(epochs[0].trainLoss).toBeCloseTo(Math.log(3), 5);
    expect(epochs[4].trainLoss).toBeLessThan(epochs[0].trainLoss);
    expect(accuracy).toBe(epochs[4].accuracy);
    expect(accuracy).toBeGreaterThanOrEqual(0.75);
  });

  it("draws no bars where there is no terminal", () => {
    expect(ended.stderr).not.toContain("\x1b");
    expect(ended.stderr.split("\n").length).toBeLessThan(20);
  });

  it("exports what loadClassifier loads, and what predict predicts with, good images beside bad ones", async () => {
    await using classifier = await loadClassifier(exported);
    expect(classifier.classes).toEqual(classes);
    const { label, probability } = await classifier.predict(bag);
    const bad = join(home, "no such image.jpg");
    const predicted = await runCli(["predict", exported, bad, bag, "--top", "1", "--json"]);
    expect(predicted.code).toBe(1);
    expect(lastLine(predicted.stdout)).toEqual({
      predictions: [
        { image: bad, error: { code: "unreadable-image", message: expect.stringContaining(bad) } },
        { image: bag, label, probability, scores: [{ label, probability }] },
      ],
    });
  });

  it("exports what can be inspected, and trained on further", async () => {
    const { code, stdout } = await runCli(["inspect", exported]);
    expect(code).toBe(0);
    expect(stdout).toContain("makes 3 classes");
    expect(stdout).toContain("the preprocessor_config.json beside it says so");
    const again = await runCli([
      "train",
      photos,
      "--model",
      exported,
      "--epochs",
      "1",
      "--out",
      join(home, "again"),
      "--json",
    ]);
    expect(again.code).toBe(0);
    expect(lastLine(again.stdout)).toMatchObject({ model: expect.stringContaining(`${name}-model`), classes });
  });
});

describe("plain output", () => {
  it("of train is fast.ai's table, then the accuracy and the folder", async () => {
    const out = join(home, "plain");
    const { code, stdout } = await runCli(["train", photos, "--lr", "0.01", "--epochs", "2", "--out", out]);
    expect(code).toBe(0);
    const row = (epoch: number): string => `${epoch} {9}\\d\\.\\d{6} {4}\\d\\.\\d{6} {4}[01]\\.\\d{6} {2}00:\\d\\d\n`;
    const header = "epoch {5}train_loss {2}valid_loss {2}accuracy {2}time\n";
    expect(stdout).toMatch(
      new RegExp(`^${header}${row(0)}${row(1)}accuracy \\d+\\.\\d % on 12 photos\nexported to .*plain\n$`),
    );
    expect(existsSync(join(out, "onnx/model.onnx"))).toBe(true);
  });

  it("of lr-find is the suggestion; the plot is where it was asked for", async () => {
    const { code, stdout } = await runCli(["lr-find", photos, "--plot", "curve.svg"], { cwd: home });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^suggestion 0\.\d+\n0\.\d+ is .*\nwhat each rule says:\n {2}lesson /);
    expect(readFileSync(join(home, "curve.svg"), "utf8")).toMatch(/^<svg /);
  });
});

describe("a reader that leaves early", () => {
  it.each(["models", "inspect efficientnet-lite0", "train --help"])("does not harm %s", async (command) => {
    const ended = await runCli(command.split(" "), { onOutput: (_, child) => child.stdout?.destroy() });
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: "" });
  });

  it("does not keep train from exporting", async () => {
    mkdirSync(join(home, "early"));
    const args = ["train", photos, "--lr", "0.01", "--epochs", "50", "--out", join(home, "early/out")];
    const ended = await runCli(args, { onOutput: ({ stdout }, child) => stdout !== "" && child.stdout?.destroy() });
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.stderr).not.toMatch(/error/i);
    expect(readdirSync(join(home, "early"))).toEqual(["out"]);
  });
});

describe("help and version", () => {
  it.each([[], ["train"], ["lr-find"], ["predict"], ["models"], ["inspect"]])(
    "regraft %s --help",
    async (...command) => {
      const { code, stdout, stderr } = await runCli([...command, "--help"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^Usage: ${["regraft", ...command].join(" ")} \\[options\\]`));
    },
  );

  it("the version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it("wrong usage ends with 2", async () => {
    expect(await runCli(["train"])).toMatchObject({ code: 2, stdout: "" });
  });
});
