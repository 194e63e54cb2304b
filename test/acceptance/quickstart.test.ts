// The first program that a user runs, as it is in the repository.
import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, it } from "vitest";
import { runScript } from "../helpers/run-script.js";

const root = new URL("../../", import.meta.url);

it("trains, reports, exports, draws and predicts", async () => {
  const started = Date.now();
  const { code, stdout, stderr } = await runScript(new URL("examples/quickstart.mjs", root), []);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  console.log(`the quickstart took ${((Date.now() - started) / 1000).toFixed(1)} s`);

  expect(stdout).toMatch(/^Learning rate: .*loss still clearly falls/m);
  expect(stdout).toMatch(/^epoch {2}train_loss {2}valid_loss {2}accuracy$/m);
  expect(stdout.match(/^\d +\d\.\d{6} +\d\.\d{6} +0\.\d{6}$/gm)).toHaveLength(10);
  const accuracy = Number(/^Accuracy on the validation photos: ([\d.]+) %/m.exec(stdout)![1]);
  // What PyTorch's linear probe gets on the same features.
  expect(accuracy).toBeGreaterThanOrEqual(82);
  expect(stdout.match(/^ {2}[a-z-]+ +[\d.]+ % of 20$/gm)).toHaveLength(10);
  expect(stdout).toMatch(/^ {2}trouser +\d\d\.\d %$/m);

  for (const file of ["onnx/model.onnx", "config.json", "preprocessor_config.json", "README.md", "lr-find.svg"]) {
    const path = new URL(`fashion-model/${file}`, root);
    expect(existsSync(path)).toBe(true);
    expect(statSync(path).mtimeMs).toBeGreaterThan(started - 2000);
  }
  expect(readFileSync(new URL("fashion-model/lr-find.svg", root), "utf8")).toMatch(/^<svg /);
});
