// Augmentation on the command line, on the build: what is trained on is drawn, trained on in cached views, and averaged.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lastLine } from "../helpers/cli-here.js";
import { copyFew, photosIn } from "../helpers/photos.js";
import { runCli } from "../helpers/run-cli.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();
const classes = ["bag", "sneaker", "trouser"];
copyFew(join(home, "photos"), { classes, train: 12, valid: 4 });
const bag = photosIn(join(home, "photos/valid/bag"))[0]!;
const cli = async (...args: string[]) => {
  const ended = await runCli(args, { cwd: home });
  expect(ended).toMatchObject({ code: 0, signal: null });
  return ended;
};

it("show draws the photos that train is given", async () => {
  const { stderr } = await cli("show", "photos", "--augment", "--photos", "16", "--out", "batch.svg");
  const svg = readFileSync(join(home, "batch.svg"), "utf8");
  expect(svg.match(/<image [^>]*href="data:image\/jpeg;base64,\/9j/g)).toHaveLength(16);
  expect(svg).toContain("photos augmented");
  expect(stderr).toContain("note: While layers are frozen, photos run through these once, as they are");
});

it("train takes augmented views, finds them again, and is the same from the same seed", async () => {
  const train = async (out: string) => {
    const ended = await cli(
      ...["train", "photos", "--views", "2", "--mixup", "0.4", "--lr", "0.01", "--epochs", "3"],
      ...["--cache", "features", "--out", out, "--json"],
    );
    expect(ended.stderr).not.toContain("While layers are frozen");
    return lastLine(ended.stdout).epochs.map(({ trainLoss, validLoss }: Record<string, number>) => [
      trainLoss,
      validLoss,
    ]);
  };
  const first = await train("one");
  const segments = () => readdirSync(join(home, "features"), { recursive: true }).length;
  const before = segments();
  expect(await train("two")).toEqual(first);
  expect(segments()).toBe(before);
  expect(first[2][1]).toBeLessThan(first[0][1]);
  expect(existsSync(join(home, "two/onnx/model.onnx"))).toBe(true);
});

it("predict averages views of the photo", async () => {
  const probability = async (...args: string[]) =>
    lastLine((await cli("predict", "one", bag, "--json", ...args)).stdout).predictions[0].probability;
  const [plain, averaged] = [await probability(), await probability("--tta")];
  expect(averaged).not.toBe(plain);
  expect(averaged).toBeGreaterThan(0.3);
});
