// Features kept on disk: trained from there where memory is short, used again, and safe to kill, with the real network.
import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLearner, imageFolder } from "../helpers/build.js";
import { copyFew } from "../helpers/photos.js";
import { refusal } from "../helpers/refusal.js";
import { runCli } from "../helpers/run-cli.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { trainedWeights } from "../helpers/trained-weights.js";

const home = temporaryFolder();
const photos = copyFew(join(home, "photos"), { classes: ["coat", "pullover", "shirt"], train: 24, valid: 6 });
const data = imageFolder(photos);
// 90 photos take 450 KiB of features; beside its own quarter this has room for 29 of them: one batch at a time.
const memoryLimit = 200 * 2 ** 10;
let exports = 0;

/** All that a learner finds and learns. */
async function trained(cache: { memoryLimit?: number; folder?: string }) {
  await using learner = await createLearner({ data, batchSize: 16, cache });
  const { curve } = await learner.lrFind({ runs: 1 });
  const epochs = await learner.fitOneCycle(3, 0.01);
  const losses = epochs.map(({ trainLoss, validLoss }) => ({ trainLoss, validLoss }));
  const { confusion } = await learner.validate();
  const out = join(home, `export ${exports++}`);
  await learner.exportOnnx(out);
  return { curve, losses, confusion, ...trainedWeights(out) };
}

/** The segments in a cache that holds one network's features. */
function segmentsIn(folder: string): string[] {
  const [key, ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  const inside = join(folder, key!);
  return readdirSync(inside)
    .filter((name) => name.endsWith(".segment"))
    .map((name) => join(inside, name));
}

describe("a cache on disk", () => {
  const folder = join(home, "features");

  it("is trained from where features take more than memory: rates, losses and weights are the same bits", async () => {
    const inMemory = await trained({});
    expect(await trained({ memoryLimit, folder })).toEqual(inMemory);
    // A second learner finds everything, damage costs time alone.
    const segments = segmentsIn(folder);
    expect(segments.length).toBeGreaterThan(5);
    expect(await trained({ folder })).toEqual(inMemory);
    expect(segmentsIn(folder)).toEqual(segments);
    const [first, second] = segments;
    truncateSync(first!, statSync(first!).size - 1);
    truncateSync(second!, 0);
    expect(await trained({ memoryLimit, folder })).toEqual(inMemory);
    expect(segmentsIn(folder)).toEqual(expect.not.arrayContaining([first, second]));
  });

  it("is what the refusal names where there is none", async () => {
    await using learner = await createLearner({ data, cache: { memoryLimit } });
    await refusal(() => learner.prepare(), "memory-limit", "90 photos", "Raise cache.memoryLimit", "cache.folder");
  });

  it("is refused where it cannot be written, before photos are decoded", async () => {
    const [file] = readdirSync(join(photos, "train/coat"));
    await using learner = await createLearner({ data, cache: { folder: join(photos, "train/coat", file!) } });
    const onProgress = () => {
      throw new Error("it has begun");
    };
    await refusal(() => learner.prepare({ onProgress }), "file-access", "Cannot write", "a part of the path is a file");
  });
});

describe("regraft train --cache", () => {
  const train = (out: string, ...more: string[]) =>
    ["train", photos, "--epochs", "2", "--batch-size", "16", "--out", join(home, out), "--json", ...more] as const;
  const resultOf = (stdout: string) => {
    const { lr, accuracy, epochs } = JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
    return { lr, accuracy, losses: epochs.map(({ trainLoss }: { trainLoss: number }) => trainLoss) };
  };

  it("survives kill -9, and then gives what it gives without", async () => {
    const cache = ["--cache", join(home, "killed"), "--memory-limit", "0.2"];
    for (const delay of [150, 300, 450]) {
      let begun = false;
      const { signal } = await runCli(train("never", ...cache), {
        onOutput: ({ stderr }, child) => {
          if (begun || !/^Model /m.test(stderr)) return;
          begun = true;
          setTimeout(() => child.kill("SIGKILL"), delay);
        },
      });
      expect(signal).toBe("SIGKILL");
    }
    const [plain, cached] = [await runCli(train("plain")), await runCli(train("cached", ...cache))];
    expect([plain.code, cached.code]).toEqual([0, 0]);
    expect(resultOf(cached.stdout)).toEqual(resultOf(plain.stdout));
    expect(readdirSync(home)).not.toContain("never");
  });

  it("refuses limits that are none", async () => {
    for (const args of [
      ["--memory-limit", "0"],
      ["--memory-limit", "much"],
    ])
      expect((await runCli(train("refused", ...args))).code).toBe(2);
    expect((await runCli(train("refused", "--cache", ""))).code).toBe(1);
  });
});
