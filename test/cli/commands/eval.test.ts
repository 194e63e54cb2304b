import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cliHere, lastLine } from "../../helpers/cli-here.js";
import { tinyModel } from "../../helpers/odd-models.js";
import { copyFew, photosIn } from "../../helpers/photos.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();
const exported = join(folder, "exported");
const classes = ["bag", "coat", "sandal"];
const photos = copyFew(join(folder, "photos"), { classes, train: 12, valid: 4 });
let accuracy: number;

beforeAll(async () => {
  const model = join(folder, "tiny.onnx");
  writeFileSync(model, tinyModel());
  const { stdout } = await cliHere(["train", photos, "--model", model, "--lr", "0.5", "--out", exported, "--json"]);
  accuracy = lastLine(stdout).accuracy;
});

describe("regraft eval", () => {
  it("prints accuracy and loss, a line for each class, and what is confused", async () => {
    const { code, stdout } = await cliHere(["eval", exported, photos]);
    expect(code).toBe(0);
    const [first, header, ...rest] = stdout.trimEnd().split("\n");
    expect(first).toMatch(new RegExp(`^accuracy ${(100 * accuracy).toFixed(1)} %, loss \\d\\.\\d{4} on 12 photos$`));
    expect(header).toMatch(/^class +precision +recall +F1 +support$/);
    for (const [i, name] of classes.entries())
      expect(rest[i]).toMatch(new RegExp(`^${name} +\\d+\\.\\d % +\\d+\\.\\d % +[01]\\.\\d{3} +4$`));
    expect(rest[3]).toBe("most confused:");
    expect(rest[4]).toMatch(/^ {2}(bag|coat|sandal) +taken for (bag|coat|sandal) +\d$/);
  });

  it("averages views of each photo with --tta", async () => {
    const tried = async (...args: string[]) =>
      lastLine((await cliHere(["eval", exported, photos, "--json", ...args])).stdout);
    const [plain, averaged] = [await tried(), await tried("--tta")];
    expect(averaged.photos).toBe(12);
    expect(averaged.loss).not.toBe(plain.loss);
    expect(Math.abs(averaged.loss - plain.loss)).toBeLessThan(0.5);
    expect(await tried("--tta")).toEqual(averaged);
  });

  it("ends with one object that says everything, with --json", async () => {
    const { stdout } = await cliHere(["eval", exported, photos, "--json"]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const result = lastLine(stdout);
    expect(Object.keys(result)).toEqual([
      "model",
      "photos",
      "accuracy",
      "loss",
      "classes",
      "confusion",
      "confused",
      "skipped",
    ]);
    expect(result).toMatchObject({ model: exported, photos: 12, accuracy, skipped: [] });
    expect(Object.keys(result.classes[0])).toEqual(["label", "support", "recall", "precision", "f1"]);
    const hits = classes.reduce((sum, _, c) => sum + result.confusion[c][c], 0);
    expect(hits / 12).toBe(accuracy);
    const wrong = result.confused.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    expect(hits + wrong).toBe(12);
  });

  it("takes other photos when it is told so", async () => {
    const counts = ["train", "valid", "all"].map(async (split) => {
      const { stdout } = await cliHere(["eval", exported, photos, "--split", split, "--json"]);
      return lastLine(stdout).photos;
    });
    expect(await Promise.all(counts)).toEqual([36, 12, 48]);
  });

  it("reads a table of photos, and tells what it leaves out", async () => {
    const csv = join(folder, "some.csv");
    const rows = classes.flatMap((name) => photosIn(join(photos, "valid", name)).map((path) => `${path};${name}`));
    writeFileSync(csv, ["path;class", ...rows, "gone.png;bag"].join("\r\n"));
    const { code, stdout } = await cliHere(["eval", exported, csv]);
    expect(code).toBe(0);
    expect(stdout).toContain(`accuracy ${(100 * accuracy).toFixed(1)} %`);
    expect(stdout).toMatch(/on 12 photos$/m);
    expect(stdout).toMatch(/^1 skipped:\n {2}gone\.png: /m);
  });

  it("refuses photos of classes that the model does not know, and what is no export", async () => {
    const strange = copyFew(join(folder, "strange"), { classes: ["dress"], train: 1, valid: 1 });
    const { code, stdout, stderr } = await cliHere(["eval", exported, strange, "--json"]);
    expect(code).toBe(1);
    expect(stderr).toContain("the model does not know dress. Call the classes as it does: bag, coat, sandal.");
    expect(lastLine(stdout)).toMatchObject({ error: { code: "invalid-dataset" } });
    expect(await cliHere(["eval", photos, photos])).toMatchObject({ code: 1, stdout: "" });
    expect(await cliHere(["eval", exported, photos, "--split", "test"])).toMatchObject({ code: 2 });
  });
});
