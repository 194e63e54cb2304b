// On a network of three features, which takes no time: what the command says and does. Photos: two classes.
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cliHere, lastLine, trainKeys } from "../../helpers/cli-here.js";
import { tinyModel } from "../../helpers/odd-models.js";
import { copyFew } from "../../helpers/photos.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();
const model = join(folder, "tiny.onnx");
writeFileSync(model, tinyModel());
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "sandal"], train: 12, valid: 4 });
const train = (...args: string[]) => cliHere(["train", photos, "--model", model, ...args]);

describe("regraft train", () => {
  it("prints fast.ai's table, accuracy and where the export is", async () => {
    const out = join(folder, "plain");
    const { code, stdout, stderr } = await train("--lr", "0.5", "--epochs", "3", "--out", out);
    expect(code).toBe(0);
    const [header, ...lines] = stdout.trimEnd().split("\n");
    expect(header).toBe("epoch     train_loss  valid_loss  accuracy  time");
    expect(lines).toHaveLength(5);
    for (const [i, line] of lines.slice(0, 3).entries())
      expect(line).toMatch(new RegExp(`^${i} {9}\\d\\.\\d{6} {4}\\d\\.\\d{6} {4}[01]\\.\\d{6}  00:0\\d$`));
    expect(lines[3]).toMatch(/^accuracy \d+\.\d % on 8 photos$/);
    expect(lines[4]).toBe(`exported to ${out}`);
    expect(stderr).toContain(`Model ${model}, 2 classes: bag, sandal\n`);
    expect(stderr).toContain("Photos: 24 to train on, 8 to validate on, 0 skipped\n");
    expect(stderr).not.toContain("Range test");
    expect(readdirSync(out).sort()).toEqual([
      "README.md",
      "config.json",
      "onnx",
      "preprocessor_config.json",
      "training.json",
    ]);
  });

  it("ends with one object, and keeps all else from stdout, with --json", async () => {
    const out = join(folder, "json");
    const { stdout, stderr } = await train("--lr", "0.5", "--epochs", "2", "--out", out, "--json");
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const result = lastLine(stdout);
    expect(Object.keys(result)).toEqual(trainKeys);
    expect(result).toMatchObject({ model, classes: ["bag", "sandal"], train: 24, valid: 8, lr: 0.5, out });
    expect(result.fits).toEqual([{ epochs: 2, groups: [{ name: "head", lr: 0.5 }] }]);
    expect(result.epochs).toHaveLength(2);
    expect(Object.keys(result.epochs[1])).toEqual(["epoch", "trainLoss", "validLoss", "accuracy", "seconds"]);
    expect(result.epochs[1]).toMatchObject({ epoch: 1, accuracy: result.accuracy });
    expect(stderr).toContain("valid_loss");
  });

  it("takes the range test's rate without --lr, says why, and draws it beside the export", async () => {
    const out = join(folder, "range");
    const { stdout, stderr } = await train("--epochs", "1", "--out", out, "--json");
    const { lr } = lastLine(stdout);
    expect(lr).toBeGreaterThan(0);
    expect(stderr).toMatch(/^Learning rate: .* (the loss|valley)/m);
    expect(readdirSync(out)).toContain("lr-find.svg");
  });

  it("says loudly which rate it takes when the range test has none", async () => {
    // Two classes of the same photos: there is nothing to learn.
    const blind = copyFew(join(folder, "alike"), { classes: ["bag"], train: 6, valid: 3 });
    for (const split of ["train", "valid"])
      cpSync(join(blind, split, "bag"), join(blind, split, "same"), { recursive: true });
    const args = ["train", blind, "--model", model, "--epochs", "1", "--out", join(folder, "blind"), "--json"];
    const { code, stdout, stderr } = await cliHere(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: No rate to suggest: .* Taking 0.01; --lr sets another.$/m);
    expect(lastLine(stdout).lr).toBe(0.01);
  });

  it("counts what it skips, and names the first five", async () => {
    const damaged = copyFew(join(folder, "damaged"), { classes: ["bag", "sandal"], train: 54, valid: 6 });
    for (let i = 0; i < 7; i++) writeFileSync(join(damaged, `train/bag/empty ${i}.png`), "");
    const args = ["train", damaged, "--model", model, "--lr", "0.5", "--out", join(folder, "skips")];
    const { code, stdout, stderr } = await cliHere(args);
    expect(code).toBe(0);
    expect(stderr).toContain("Photos: 108 to train on, 12 to validate on, 7 skipped\n");
    expect(stdout).toMatch(/^7 skipped:\n( {2}train\/bag\/empty \d\.png: .*\n){5} {2}and 2 more$/m);
  });

  it("refuses an output folder that cannot be written before it opens anything", async () => {
    const out = join(model, "below a file");
    const { code, stdout, stderr } = await train("--out", out, "--json");
    expect(code).toBe(1);
    expect(lastLine(stdout)).toMatchObject({ error: { code: "file-access" } });
    expect(stderr).toMatch(/^error: Cannot write .*\[file-access\]\n$/);
    expect((await train("--out", "")).stderr).toContain("[invalid-argument]");
  });

  it("trains fast.ai's head when asked to", async () => {
    const out = join(folder, "fastai");
    const { code } = await train("--head", "fastai", "--lr", "0.05", "--epochs", "1", "--out", out);
    expect(code).toBe(0);
    expect(readFileSync(join(out, "README.md"), "utf8")).toContain("1 hidden layer (512)");
  });

  it("trains with AdamW when asked to", async () => {
    const out = join(folder, "adamw");
    const { code } = await train("--optimizer", "adamw", "--lr", "0.05", "--epochs", "1", "--out", out);
    expect(code).toBe(0);
    expect(readFileSync(join(out, "README.md"), "utf8")).toContain("Optimizer: AdamW, β₁ 0.9");
  });

  it("leaves alone what else lies in the output folder", async () => {
    const out = join(folder, "lived in");
    mkdirSync(out);
    writeFileSync(join(out, "notes.txt"), "mine");
    expect((await train("--lr", "0.5", "--epochs", "1", "--out", out)).code).toBe(0);
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["notes.txt", "config.json"]));
  });

  it("does the same again from the same seed", async () => {
    const seeded = async (seed: number) => {
      const out = join(folder, `seed ${seed}`);
      const { stdout } = await train("--lr", "0.5", "--batch-size", "8", "--seed", `${seed}`, "--out", out, "--json");
      return lastLine(stdout).epochs.map(({ trainLoss }: { trainLoss: number }) => trainLoss);
    };
    const losses = await seeded(7);
    expect(await seeded(7)).toEqual(losses);
    expect(await seeded(8)).not.toEqual(losses);
  });

  it("trains on a table as on folders of the same photos", async () => {
    const csv = join(folder, "labels.csv");
    const rows = ["train", "valid"].flatMap((split) =>
      ["bag", "sandal"].flatMap((name) =>
        readdirSync(join(photos, split, name)).map((file) => `photos/${split}/${name}/${file},${name},${split}`),
      ),
    );
    writeFileSync(csv, ["file,label,split", ...rows].join("\n"));
    const args = ["--model", model, "--lr", "0.5", "--epochs", "2", "--json"];
    const [folders, table] = await Promise.all([
      cliHere(["train", photos, "--out", join(folder, "by folders"), ...args]),
      cliHere(["train", csv, "--out", join(folder, "by table"), ...args]),
    ]);
    const [one, other] = [lastLine(folders.stdout), lastLine(table.stdout)];
    expect(other).toMatchObject({ train: 24, valid: 8, accuracy: one.accuracy });
    expect(other.epochs.at(-1).trainLoss).toBe(one.epochs.at(-1).trainLoss);
  });

  it("finds out beforehand that the export could not be written", async () => {
    symlinkSync(join(folder, "gone"), join(folder, "dangling"));
    mkdirSync(join(folder, "half/config.json"), { recursive: true });
    for (const out of ["dangling", "half"]) {
      const { code, stderr } = await train("--out", join(folder, out));
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: Cannot (write|export) .*\[file-access\]\n$/);
    }
  });
});
