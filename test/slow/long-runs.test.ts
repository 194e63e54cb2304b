// Memory over long runs: what the process holds after a warm-up, and what it holds much later. An operating system gives
// pages to a process as it likes, so the bounds leave some room; what was measured stands beside them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeModel } from "../../src/onnx/write.js";
import { convModel } from "../helpers/conv-network.js";
import { copyFew } from "../helpers/photos.js";
import { runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
// 40 to train on: five steps of eight.
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "coat"], train: 20, valid: 5 });
const small = join(folder, "small.onnx");
writeFileSync(small, writeModel(convModel()));

/** MiB after each part. */
async function heldBy(what: string, ...model: string[]): Promise<number[]> {
  const options = { env: { NODE_OPTIONS: "--expose-gc" }, timeout: 300_000 };
  const script = new URL("long-runs.mjs", import.meta.url);
  const { stdout, stderr, code } = await runScript(script, [what, photos, ...model], undefined, undefined, options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  console.log(`${what}: ${stdout.trim()}`);
  return JSON.parse(stdout);
}

describe("memory does not grow", { timeout: 300_000 }, () => {
  // Measured: 13 to 29 MiB, up and down: the worker collects its garbage when it likes. 5 kB an epoch would be too much.
  it("over 40,000 steps of a head: by less than 40 MiB after the first 5,000", async () => {
    const held = await heldBy("head");
    expect(held.pop()).toBe(5);
    expect(held).toHaveLength(45);
    expect(held.at(-1)! - held[4]!).toBeLessThan(40);
  });

  // Measured: 1 MiB.
  it("over 10,000 steps of a network's layers: by less than 16 MiB after the first 1,000", async () => {
    const held = await heldBy("layers", small);
    expect(held.pop()).toBe(5);
    expect(held).toHaveLength(11);
    expect(held.at(-1)! - held[0]!).toBeLessThan(16);
  });

  // Measured: 4 MiB.
  it("over 20 learners, each opened, trained and disposed: by less than 48 MiB after the fifth", async () => {
    const held = await heldBy("learners");
    expect(held).toHaveLength(20);
    expect(held.at(-1)! - held[4]!).toBeLessThan(48);
  });

  // Measured: 46 MiB on a machine that was busy, where those without views took 60.
  it("over 20 learners whose views are made by workers of their own: by less than 80 MiB after the fifth", async () => {
    const held = await heldBy("viewers");
    expect(held).toHaveLength(20);
    expect(held.at(-1)! - held[4]!).toBeLessThan(80);
  });
});
