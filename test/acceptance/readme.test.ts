// The README: its code, each block copied into a file of its own beside some photos and run; and its tables.
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { gradients } from "../../src/training-graph/gradients/index.js";
import { installedAddress, installedRoots } from "../helpers/browser-build.js";
import { describeChromium, openPage } from "../helpers/chromium.js";
import { copyFew, photosIn } from "../helpers/photos.js";
import { runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { trained, trainingPage } from "../helpers/training-page.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = Array.from(readme.matchAll(/```js\n([\s\S]*?)```/g), ([, code]) => code!);

it("has three blocks of code", () => {
  expect(blocks).toHaveLength(3);
});

/** Its n-th block of JavaScript, run to its end: the lines that it prints. */
async function runBlock(n: number, photos: { train: number; valid: number }): Promise<string[]> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/regraft"));
  copyFew(join(folder, "photos"), { classes: ["bag", "trouser"], ...photos });
  copyFileSync(photosIn(join(folder, "photos/valid/trouser"))[0]!, join(folder, "photo.jpg"));
  const script = join(folder, "example.mjs");
  writeFileSync(script, blocks[n]!);
  const { code: exitCode, stdout, stderr } = await runScript(pathToFileURL(script), [], undefined, folder);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.trim().split("\n");
}

it("shows how to train a head, as it stands", async () => {
  const lines = await runBlock(0, { train: 12, valid: 4 });
  expect(lines).toHaveLength(1 + 5 + 1);
  expect(lines.slice(1, 6).map((line) => Number(line.split(" ")[0]))).toEqual([0, 1, 2, 3, 4]);
  expect(lines.at(-1)).toMatch(/^trouser 0\.\d+$/);
});

it("shows how to fine-tune the network, as it stands", async () => {
  const lines = await runBlock(1, { train: 3, valid: 1 });
  const groups = lines.map((line) => line.split(" "));
  expect(groups.map(([name]) => name)).toEqual(["112×112", "56×56", "28×28", "14×14", "7×7", "head"]);
  expect(groups.map(([, , trained]) => trained)).toEqual([...Array(4).fill("false"), "true", "true"]);
});

describeChromium("in a browser", () => {
  it("shows how to train there, as it stands", async () => {
    const map = { imports: { regraft: installedAddress } };
    const opened = await openPage({ roots: installedRoots });
    opened.publish("/main.js", blocks[2]!);
    opened.publish("/page/", trainingPage(`<script type="importmap">${JSON.stringify(map)}</script>`));
    await opened.page.goto(`${opened.url}/page/`);
    const download = opened.page.waitForEvent("download");
    expect(await trained(opened.page, temporaryFolder())).toMatch(/^trouser 0\.\d\d$|^trouser 1\.00$/);
    expect((await download).suggestedFilename()).toBe("my-model.zip");
    expect(opened.errors).toEqual([]);
    await opened.close();
  });
});

it("lists the operators that have gradients, and those that have none to pass on", () => {
  const table = /^\| layers \|[\s\S]*?\n\n/m.exec(readme)![0].trim().split("\n");
  const operatorsIn = (row: string): string[] => Array.from(row.matchAll(/`(\w+)`/g), ([, name]) => name!);
  const isEmpty = (name: string): boolean => Object.keys(gradients[name as keyof typeof gradients]).length === 0;
  const all = Object.keys(gradients).toSorted();
  expect(table.slice(0, -1).flatMap(operatorsIn).toSorted()).toEqual(all.filter((name) => !isEmpty(name)));
  expect(operatorsIn(table.at(-1)!)).toEqual(all.filter(isEmpty));
});

it("names every option of createLearner, with its default", () => {
  for (const option of [
    "data",
    "model",
    "head",
    "cut",
    "layerGroups",
    "optimizer",
    "clipNorm",
    "loss",
    "metrics",
    "augment",
    "device",
    "cache",
    "seed",
    "batchSize",
    "batches",
    "microBatch",
    "batchNorm",
    "image",
    "worker",
    "models",
  ])
    expect(readme).toMatch(new RegExp(`^\\| \`${option}\`[ ,]`, "m"));
});

it("shows the two commands first", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [, commands] = /```sh\n([\s\S]*?)```/.exec(readme)!;
  expect(
    commands!
      .split("\n")
      .map((line) => line.split("#")[0]!.trim())
      .filter(Boolean),
  ).toEqual(["npm ci && npm run quickstart", "npm test"]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["quickstart", "test"]));
});
