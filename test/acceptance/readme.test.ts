// The README's code, copied into a file of its own beside some photos and run.
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { copyFew, photosIn } from "../helpers/photos.js";
import { runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

it("runs as it stands", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/regraft"));
  copyFew(join(folder, "photos"), { classes: ["bag", "trouser"], train: 12, valid: 4 });
  copyFileSync(photosIn(join(folder, "photos/valid/trouser"))[0]!, join(folder, "photo.jpg"));
  const [, code] = /```js\n([\s\S]*?)```/.exec(readme)!;
  const script = join(folder, "example.mjs");
  writeFileSync(script, code!);

  const { code: exitCode, stdout, stderr } = await runScript(pathToFileURL(script), [], undefined, folder);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(1 + 5 + 1);
  expect(lines.slice(1, 6).map((line) => Number(line.split(" ")[0]))).toEqual([0, 1, 2, 3, 4]);
  expect(lines.at(-1)).toMatch(/^trouser 0\.\d+$/);
});

it("names every option of createLearner, with its default", () => {
  for (const option of [
    "data",
    "model",
    "head",
    "optimizer",
    "loss",
    "metrics",
    "device",
    "cache",
    "seed",
    "batchSize",
    "image",
    "worker",
  ])
    expect(readme).toMatch(new RegExp(`^\\| \`${option}\` \\|`, "m"));
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
