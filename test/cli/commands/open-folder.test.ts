import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFolder, readPhotos, sayNotices } from "../../../src/cli/commands/open-folder.js";
import { createOutput } from "../../../src/cli/output.js";
import type { DataInfo } from "../../../src/learner/border/info.js";
import type { Learner } from "../../../src/learner/learner.js";
import { localHost } from "../../../src/learner/node/host.js";
import { caught, platform } from "../../helpers/cli-here.js";
import { copyFew } from "../../helpers/photos.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const folder = temporaryFolder();

function open(root: string, device = "auto", more: { cache?: string; memoryLimit?: number } = {}) {
  const [stdout, stderr] = [caught(), caught()];
  const output = createOutput({ stdout, stderr, json: false });
  const closed: string[] = [];
  const local = localHost(platform);
  const host: typeof local = {
    connect: (kind) => {
      const connection = local.connect(kind);
      const close = async () => {
        closed.push(kind);
        await connection.close();
      };
      return { ...connection, close };
    },
  };
  const environment = { host, platform, stdout, stderr, signal: new AbortController().signal };
  const flags = {
    model: "efficientnet-lite0",
    head: "linear" as const,
    optimizer: "sgd" as const,
    seed: 1,
    batchSize: 4,
    device,
    memoryLimit: 2048,
    ...more,
  };
  const openAndRead = async (): Promise<{ learner: Learner; data: DataInfo }> => {
    const learner = await openFolder(root, flags, environment, output);
    return { learner, data: await readPhotos(learner, environment, output) };
  };
  return { stderr, closed, opened: openAndRead() };
}

describe("openFolder and readPhotos", () => {
  it("open the model, read the photos and say what there is", async () => {
    const { stderr, opened, closed } = open(
      copyFew(join(folder, "two"), { classes: ["bag", "coat"], train: 3, valid: 1 }),
    );
    const { learner, data } = await opened;
    expect(data).toMatchObject({ train: 6, valid: 2, skipped: [], stepsPerEpoch: 2 });
    const { reasons } = learner.info;
    expect(reasons.device).toMatch(/^cpu/);
    expect(stderr.text).toBe(
      `Model efficientnet-lite0, 2 classes: bag, coat\nDevice ${reasons.device}\n` +
        "Photos: 6 to train on, 2 to validate on, 0 skipped\n",
    );
    expect(closed).toEqual([]);
    await learner.dispose();
    expect(closed).toEqual(["learner"]);
  });

  it("keep features where they are told, and as many in memory as they are told", async () => {
    const root = copyFew(join(folder, "cached"), { classes: ["bag", "coat"], train: 3, valid: 1 });
    // Eight photos take 40 KiB.
    await expect(open(root, "auto", { memoryLimit: 0.03 }).opened).rejects.toMatchObject({ code: "memory-limit" });
    const cache = join(folder, "features");
    const { learner, data } = await open(root, "auto", { memoryLimit: 0.03, cache }).opened;
    expect(data).toMatchObject({ train: 6, valid: 2 });
    await learner.dispose();
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it("leave nothing open when something is wrong with the photos, or with the flags", async () => {
    mkdirSync(join(folder, "empty"));
    const empty = open(join(folder, "empty"));
    await expect(empty.opened).rejects.toMatchObject({ code: "invalid-dataset" });
    expect(empty.closed).toEqual(["learner"]);
    await expect(open(folder, "quantum").opened).rejects.toMatchObject({ code: "device-unavailable" });
  });
});

it("sayNotices says what was not said yet", () => {
  const [stdout, stderr] = [caught(), caught()];
  const learner = { info: { notices: ["It is old.", "Training is done on cpu."] } } as unknown as Learner;
  sayNotices(learner, createOutput({ stdout, stderr, json: false }), ["It is old."]);
  expect([stdout.text, stderr.text]).toEqual(["", "note: Training is done on cpu.\n"]);
});
