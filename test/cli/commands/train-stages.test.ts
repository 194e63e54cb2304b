// regraft train, broken off and gone on with: on a network of three features, in this process.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { cliHere, lastLine, platform, type Said, trainKeys } from "../../helpers/cli-here.js";
import { tinyModel } from "../../helpers/odd-models.js";
import { copyFew, photosIn } from "../../helpers/photos.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "tiny.onnx");
writeFileSync(model, tinyModel());
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "sandal"], train: 12, valid: 4 });
const fixed = ["--model", model, "--batch-size", "8", "--device", "cpu"];

afterEach(() => {
  vi.restoreAllMocks();
});

/** Ends at the start of an epoch, counted from 0 over all fits, as if the process had been killed there, but for what it says. */
async function stoppedAt(epoch: number, args: readonly string[]): Promise<Said> {
  const controller = new AbortController();
  let begun = 0;
  const { trainEpoch } = LearnerEngine.prototype;
  vi.spyOn(LearnerEngine.prototype, "trainEpoch").mockImplementation(function (this: LearnerEngine, ...given) {
    if (begun++ === epoch) controller.abort(new Error("enough"));
    given[1].signal.throwIfAborted();
    return trainEpoch.apply(this, given);
  });
  const said = await cliHere(args, controller.signal);
  vi.restoreAllMocks();
  expect(said.code).toBe(1);
  return said;
}

/** The photos with labels of all kinds; without a `root`, with the whole of their paths. */
function table(root?: string): string {
  const rows = ["file,tags,dark,large,size,split"];
  for (const split of ["train", "valid"])
    for (const [at, label] of ["bag", "sandal"].entries())
      for (const [i, photo] of photosIn(join(photos, split, label)).entries())
        rows.push(
          [
            root === undefined ? photo : relative(root, photo).slice(0, -".png".length),
            i % 3 ? label : `${label} dark`,
            Number(i % 3 === 0),
            at,
            10 * at + i,
            split,
          ].join(","),
        );
  const file = join(folder, root === undefined ? "table.csv" : "short.csv");
  writeFileSync(file, rows.join("\n"));
  return file;
}

interface Score {
  readonly label: string;
  readonly probability: number;
}

const modelIn = (out: string): Buffer => readFileSync(join(out, "onnx/model.onnx"));
const timeless = (epochs: readonly { seconds: number }[]) => epochs.map(({ seconds: _, ...rest }) => rest);

describe("regraft train --resume", () => {
  it.each([
    ["a head, with a range test", 1, ["--epochs", "3"]],
    ["the second part of fine-tuning", 3, ["--epochs", "2", "--fine-tune", "2", "--freeze-to", "0", "--lr", "0.1"]],
    ["early stopping", 2, ["--epochs", "6", "--lr", "9", "--early-stopping", "2", "--float16"]],
  ] as const)("comes to the same, bit for bit: %s", async (name, epoch, flags) => {
    const [whole, parts] = [join(folder, `${name} whole`), join(folder, `${name} parts`)];
    const args = ["train", photos, ...fixed, ...flags, "--json"];
    const expected = await cliHere([...args, "--out", whole]);
    expect(expected.code).toBe(0);
    const { stderr } = await stoppedAt(epoch, [...args, "--out", parts]);
    const checkpoints = `${parts}.checkpoint`;
    expect(stderr).toContain(`To go on from the last checkpoint: regraft train --resume "${checkpoints}"\n`);
    const resumed = await cliHere(["train", "--resume", checkpoints, "--json"]);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain(`Going on after ${epoch} ${epoch === 1 ? "epoch" : "epochs"}\n`);
    expect(resumed.stderr).not.toContain("Range test");
    const [one, other] = [lastLine(expected.stdout), lastLine(resumed.stdout)];
    expect(Object.keys(other)).toEqual(trainKeys);
    expect({ ...other, epochs: timeless(other.epochs) }).toEqual({
      ...one,
      epochs: timeless(one.epochs),
      out: parts,
    });
    expect(modelIn(parts)).toEqual(modelIn(whole));
    expect(readdirSync(join(parts, "onnx"))).toEqual(readdirSync(join(whole, "onnx")));
    expect(existsSync(checkpoints)).toBe(false);
  });

  const varied = ["--views", "2", "--mixup", "0.4", "--stratified", "--early-stopping", "3"];
  it.each([
    ["labels", ["--label-delimiter", " ", "--class-weights", "balanced", ...varied], ["bag", "dark", "sandal"]],
    ["columns of labels", ["--labels", "dark,large", "--augment", "--tune-thresholds"], ["dark", "large"]],
    ["numbers", ["--targets", "size", "--loss", "mae", "--cache", join(folder, "cache")], ["size"]],
    ["short paths", ["--targets", "size", "--root", relative("", photos), "--suffix", ".png"], ["size"]],
  ] as const)("finds %s of a table again, from another folder too", async (name, flags, classes) => {
    const [whole, parts] = [join(folder, `${name} whole`), join(folder, `${name} parts`)];
    const file = table(name === "short paths" ? photos : undefined);
    const args = ["train", file, ...fixed, ...flags, "--epochs", "3", "--lr", "0.2", "--json"];
    const expected = lastLine((await cliHere([...args, "--out", whole])).stdout);
    expect(expected.classes).toEqual(classes);
    await stoppedAt(2, [...args, "--out", parts]);
    const elsewhere = vi.spyOn(process, "cwd").mockReturnValue(join(folder, "photos"));
    const resumed = await cliHere(["train", "--resume", `${parts}.checkpoint`, "--json"]);
    elsewhere.mockRestore();
    expect(resumed.code, resumed.stderr).toBe(0);
    const found = lastLine(resumed.stdout);
    expect({ ...found, epochs: timeless(found.epochs) }).toEqual({
      ...expected,
      epochs: timeless(expected.epochs),
      out: parts,
    });
    expect(modelIn(parts)).toEqual(modelIn(whole));
  });

  it("exports where it is told to, and from another folder finds the photos and the model where they were", async () => {
    const out = join(folder, "elsewhere");
    const args = ["train", "photos", "--model", "tiny.onnx", "--device", "cpu", "--epochs", "2", "--lr", "0.5"];
    const here = vi.spyOn(process, "cwd").mockReturnValue(folder);
    const origin = process.env.PWD;
    process.chdir(folder);
    try {
      await stoppedAt(1, [...args, "--out", "unused"]);
    } finally {
      process.chdir(origin!);
      here.mockRestore();
    }
    const resumed = await cliHere(["train", "--resume", join(folder, "unused.checkpoint"), "--out", out]);
    expect(resumed.stderr).not.toContain("error");
    expect(resumed.code).toBe(0);
    expect(existsSync(join(folder, "unused"))).toBe(false);
    expect(modelIn(out).length).toBeGreaterThan(100);
  });

  it("tells the accuracy of the weights that it exports: the best round's", async () => {
    const args = ["train", photos, ...fixed, "--epochs", "9", "--lr", "9", "--early-stopping", "3", "--json"];
    const { stdout } = await cliHere([...args, "--out", join(folder, "best")]);
    const { epochs, accuracy } = lastLine(stdout) as {
      epochs: { validLoss: number; accuracy: number }[];
      accuracy: number;
    };
    const best = epochs.reduce((a, b) => (b.validLoss < a.validLoss ? b : a));
    expect(epochs.indexOf(best)).toBe(epochs.length - 4);
    expect(accuracy).toBe(best.accuracy);
    expect(readFileSync(join(folder, "best/README.md"), "utf8")).toContain(
      `ended after ${epochs.length} epochs, as \`validLoss\` got no better, weights of epoch ${epochs.length - 4}, the best`,
    );
  });

  it("has all options from the checkpoint, and says so of others", async () => {
    for (const [args, message] of [
      [["--resume", "x", "--epochs", "3"], "--resume takes '-e, --epochs <integer>' from the checkpoint"],
      [["--resume", "x", "--checkpoint", "y"], "--resume takes '--checkpoint <folder>' from the checkpoint"],
      [["photos", "--resume", "x"], "--resume takes the photos that the training began with"],
      [[], "missing required argument 'photos'"],
    ] as const) {
      const { code, stderr } = await cliHere(["train", ...args]);
      expect(code).toBe(2);
      expect(stderr).toContain(`error: ${message}`);
    }
  });

  it("refuses a folder without a checkpoint, and checkpoints of programs", async () => {
    const nothing = await cliHere(["train", "--resume", join(folder, "nothing")]);
    expect(nothing.stderr).toMatch(
      /^error: Cannot load the checkpoint .*nothing: there is no such folder\. There are some .* read again\. \[invalid-checkpoint\]\n$/,
    );
    expect(nothing.code).toBe(1);
  });
});

describe("regraft train", () => {
  const args = ["train", photos, ...fixed, "--epochs", "2", "--lr", "0.5"];

  it("tunes thresholds of labels, which eval, predict and the model card go by", async () => {
    const out = join(folder, "tuned");
    const labelled = ["--labels", "dark,large"];
    const tuning = [...labelled, "--tune-thresholds", ...fixed, "--epochs", "2", "--lr", "0.5", "--out", out];
    const { stdout, stderr } = await cliHere(["train", table(), ...tuning, "--json"]);
    const { thresholds, metrics, epochs } = lastLine(stdout);
    expect(Object.keys(thresholds)).toEqual(["dark", "large"]);
    expect(thresholds.dark).not.toBe(0.5);
    expect(metrics.mAP).toBe(epochs.at(-1).metrics.mAP);
    expect(metrics.f1).toBeGreaterThan(epochs.at(-1).metrics.f1);
    expect(stderr).toContain(`Thresholds: dark ${thresholds.dark.toFixed(3)}, large ${thresholds.large.toFixed(3)}\n`);
    expect(stderr).toContain(" on 8 photos, which the thresholds were tuned on\n");
    const evaluated = lastLine((await cliHere(["eval", out, table(), ...labelled, "--json"])).stdout);
    expect(evaluated.metrics.f1).toBeCloseTo(metrics.f1, 6);
    expect(evaluated.labels.map(({ threshold }: { threshold: number }) => threshold)).toEqual(
      Object.values(thresholds),
    );
    const [photo] = photosIn(join(photos, "valid", "sandal"));
    const { labels, scores } = lastLine((await cliHere(["predict", out, photo!, "--json"])).stdout).predictions[0];
    const above = scores.filter((score: Score) => score.probability > thresholds[score.label]);
    expect(labels).toEqual(above.map(({ label }: Score) => label));
    expect(readFileSync(join(out, "README.md"), "utf8")).toContain("The thresholds were tuned on these photos");
  });

  it("refuses thresholds as wrong usage where there are no labels", async () => {
    const { code, stderr } = await cliHere([...args, "--tune-thresholds"]);
    expect(code).toBe(2);
    expect(stderr).toContain("option '--tune-thresholds' needs '--label-delimiter <text>' or '--labels <names>'");
  });

  it("keeps its checkpoints where it is told to", async () => {
    const [out, own] = [join(folder, "kept"), join(folder, "own checkpoints")];
    expect((await cliHere([...args, "--out", out, "--checkpoint", own])).code).toBe(0);
    expect(readdirSync(own).filter((name) => /^checkpoint-.*\.json$/.test(name))).toHaveLength(2);
    expect(existsSync(`${out}.checkpoint`)).toBe(false);
    // All is done but the export, which is done again.
    const again = await cliHere(["train", "--resume", own, "--out", join(folder, "again")]);
    expect(again.code).toBe(0);
    expect(modelIn(join(folder, "again"))).toEqual(modelIn(out));
  });

  it("writes none when it is told so", async () => {
    const out = join(folder, "none");
    const { stderr } = await stoppedAt(1, [...args, "--out", out, "--no-checkpoint"]);
    expect(stderr).not.toContain("--resume");
    expect(existsSync(`${out}.checkpoint`)).toBe(false);
  });

  it("starts anew beside an interrupted training, which it keeps", async () => {
    const out = join(folder, "anew");
    await stoppedAt(1, [...args, "--out", out]);
    const { code, stderr } = await cliHere([...args, "--out", out]);
    expect(code).toBe(0);
    expect(stderr).toContain(`to go on with that: regraft train --resume ${out}.checkpoint.old\n`);
    expect(existsSync(`${out}.checkpoint`)).toBe(false);
    expect(
      (await platform.storage(`${out}.checkpoint.old`)) &&
        (await cliHere(["train", "--resume", `${out}.checkpoint.old`])).code,
    ).toBe(0);
  });

  it("does not offer to go on with what diverged", async () => {
    const { code, stderr } = await cliHere([...args.slice(0, -1), "1e39", "--out", join(folder, "diverged")]);
    expect(code).toBe(1);
    expect(stderr).toContain("[diverged]");
    expect(stderr).not.toContain("--resume");
  });
});
