// An exported model that learns one more class: five classes of clothes, then six, by the command line and the embedded network.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import { localHost } from "../../src/learner/node/host.js";
import { cliHere, lastLine, platform } from "../helpers/cli-here.js";
import { copyFew } from "../helpers/photos.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const cache = ["--cache", join(folder, "cache")];
const five = ["bag", "dress", "pullover", "sandal", "trouser"];

it("goes on from an export with a class more, which it names", async () => {
  const few = { train: 16, valid: 8 };
  const [photos, model] = [copyFew(join(folder, "five"), { classes: five, ...few }), join(folder, "five-model")];
  const first = await cliHere(["train", photos, "--epochs", "6", "--lr", "0.01", ...cache, "--out", model, "--json"]);
  expect(first.code, first.stderr).toBe(0);
  const before = lastLine(first.stdout);

  const on = ["--model", model, "--head", "pretrained", ...cache, "--json"];
  // At a rate at which nothing moves the export is as good as it was: its own bits, but for the order of sums.
  const again = await cliHere([
    "train",
    photos,
    ...on,
    "--epochs",
    "1",
    "--lr",
    "1e-12",
    "--out",
    join(folder, "again-model"),
  ]);
  expect(lastLine(again.stdout).accuracy).toBe(before.accuracy);
  expect(lastLine(again.stdout).epochs[0].validLoss).toBeCloseTo(before.epochs.at(-1).validLoss, 5);
  expect(again.stderr).not.toContain("own classifier");

  const six = copyFew(join(folder, "six"), { classes: [...five, "ankle-boot"], ...few });
  const three = ["--epochs", "3", "--lr", "0.01"];
  const out = join(folder, "six-model");
  const grown = await cliHere(["train", six, ...on, ...three, "--out", out]);
  expect(grown.stderr).toMatch(/own classifier: new to it are ankle-boot\./);
  const fresh = await cliHere(["train", six, ...cache, ...three, "--json", "--out", `${out}2`]);
  const [on6, anew] = [lastLine(grown.stdout), lastLine(fresh.stdout)];
  expect(on6.classes).toEqual(["ankle-boot", ...five]);
  expect(on6.accuracy).toBeGreaterThan(0.8);
  expect(on6.epochs[0].validLoss).toBeLessThan(anew.epochs[0].validLoss);
  expect(readFileSync(join(out, "README.md"), "utf8")).toContain("linear head, from the model's own classifier on");
}, 120_000);

it("grows where it stands: a class more, two that become one, and no old photo is read again", async () => {
  const few = { train: 16, valid: 8 };
  const [start, more] = [
    copyFew(join(folder, "start"), { classes: five, ...few }),
    copyFew(join(folder, "more"), { classes: ["ankle-boot", "coat"], ...few }),
  ];
  const decode = vi.fn(platform.decoder.decode);
  const host = localHost({ ...platform, decoder: { ...platform.decoder, decode } });
  const learner = await createLearnerOn(host, { data: imageFolder(start) });
  try {
    await learner.fit(4, 0.01);
    expect(decode).toHaveBeenCalledTimes(5 * 24);
    await learner.addPhotos(imageFolder(more));
    const epochs = await learner.fit(4, 0.01);
    expect(decode).toHaveBeenCalledTimes(7 * 24);
    expect(epochs.at(-1)!.validLoss).toBeLessThan(epochs[0]!.validLoss);
    await learner.mergeClasses(["coat", "pullover"], "warm");
    await learner.fit(2, 0.01);
    expect(decode).toHaveBeenCalledTimes(7 * 24);
    expect(learner.classes).toEqual(["ankle-boot", "bag", "dress", "sandal", "trouser", "warm"]);
    expect((await learner.validate()).accuracy).toBeGreaterThan(0.75);
  } finally {
    await learner.dispose();
  }
}, 60_000);
