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
const [bag, coat] = [photosIn(join(photos, "valid/bag"))[0]!, photosIn(join(photos, "valid/coat"))[0]!];
const nothing = join(folder, "no such photo.jpg");

beforeAll(async () => {
  const model = join(folder, "tiny.onnx");
  writeFileSync(model, tinyModel());
  await cliHere(["train", photos, "--model", model, "--lr", "0.5", "--out", exported]);
});

describe("regraft predict", () => {
  it("prints each image's best classes in percent", async () => {
    const { code, stdout, stderr } = await cliHere(["predict", exported, bag, coat, "--top", "2"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]!.startsWith(`${bag}: `)).toBe(true);
    expect(lines[1]!.slice(coat.length)).toMatch(/^: (bag|coat|sandal) \d+\.\d %, (bag|coat|sandal) \d+\.\d %$/);
  });

  it("predicts the others when one cannot be read, and ends with 1", async () => {
    const { code, stdout, stderr } = await cliHere(["predict", exported, bag, nothing, coat, "--json"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Cannot read .*no such photo\.jpg: .*\[unreadable-image\]$/m);
    const { predictions } = lastLine(stdout);
    expect(predictions.map(({ image }: { image: string }) => image)).toEqual([bag, nothing, coat]);
    expect(predictions[1].error.code).toBe("unreadable-image");
    const { label, probability, scores } = predictions[2];
    expect(scores.map((score: { label: string }) => score.label).sort()).toEqual(classes);
    expect(scores[0]).toEqual({ label, probability });
    expect(scores[0].probability + scores[1].probability + scores[2].probability).toBeCloseTo(1, 5);
  });

  it("averages views of each image with --tta, which every image is seen in alike", async () => {
    const scores = async (...args: string[]) =>
      lastLine((await cliHere(["predict", exported, ...args, "--json"])).stdout).predictions.at(-1).scores;
    const plain = await scores(bag);
    const averaged = await scores(bag, "--tta");
    expect(averaged).not.toEqual(plain);
    expect(await scores(coat, bag, "--tta")).toEqual(averaged);
    expect(
      averaged.reduce((sum: number, { probability }: { probability: number }) => sum + probability, 0),
    ).toBeCloseTo(1, 5);
  });

  it("refuses what is no export", async () => {
    const { code, stderr } = await cliHere(["predict", photos, bag]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\[file-access\]\n$/);
  });
});
