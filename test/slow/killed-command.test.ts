// kill -9 in the middle of training: what is on disk loads, and what is gone on with comes to the same.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeModel } from "../../src/onnx/write.js";
import { lastLine } from "../helpers/cli-here.js";
import { convModel } from "../helpers/conv-network.js";
import { trainedWithKills } from "../helpers/killed.js";
import { copyFew } from "../helpers/photos.js";
import { runCli } from "../helpers/run-cli.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();

describe("a training that is killed", () => {
  it("three times, comes to the same, bit for bit", async () => {
    const whole = await trainedWithKills(home, 0, 12);
    expect(await trainedWithKills(home, 3, 12)).toEqual(whole);
  });

  it("on the command line, is gone on with by it", async () => {
    const photos = copyFew(join(home, "few"), { classes: ["bag", "sandal"], train: 10, valid: 4 });
    const model = join(home, "conv.onnx");
    writeFileSync(model, writeModel(convModel()));
    const flags = ["--model", model, "--epochs", "40", "--batch-size", "4", "--device", "cpu", "--json"];
    const whole = await runCli(["train", photos, ...flags, "--out", "whole"], { cwd: home });
    const killed = await runCli(["train", photos, ...flags, "--out", "parts"], {
      cwd: home,
      onOutput: ({ stderr }, child) => /^5 {9}/m.test(stderr) && child.kill("SIGKILL"),
    });
    expect(killed.signal).toBe("SIGKILL");
    const resumed = await runCli(["train", "--resume", "parts.checkpoint", "--json"], { cwd: home });
    expect(resumed.stderr).toMatch(/^Going on after \d+ epochs$/m);
    expect(resumed.code).toBe(0);
    const losses = ({ stdout }: typeof whole) =>
      lastLine(stdout).epochs.map(({ trainLoss }: { trainLoss: number }) => trainLoss);
    expect(losses(resumed)).toEqual(losses(whole));
    const modelIn = (out: string) => readFileSync(join(home, out, "onnx/model.onnx"));
    expect(modelIn("parts").equals(modelIn("whole"))).toBe(true);
  });

  it("on the command line, before its first checkpoint: it is said how to begin again, and photos are in the cache", async () => {
    const photos = copyFew(join(home, "some"), { classes: ["bag", "sandal"], train: 60, valid: 20 });
    const args = ["train", photos, "--epochs", "1", "--lr", "0.01", "--cache", "features", "--out", "begun", "--json"];
    const killed = await runCli(args, {
      cwd: home,
      onOutput: ({ stderr }, child) => /^Device /m.test(stderr) && child.kill("SIGKILL"),
    });
    expect(killed.signal).toBe("SIGKILL");
    const resumed = await runCli(["train", "--resume", "begun.checkpoint"], { cwd: home });
    expect(resumed.code).toBe(1);
    expect(resumed.stderr).toMatch(/begun\.checkpoint: there is no such folder\. .* begun again by its own command;/);
    const again = await runCli(args, { cwd: home });
    expect([again.code, lastLine(again.stdout).train]).toEqual([0, 120]);
  });
});
