// A disk that is full for real: a small file system in memory, which takes root to mount.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeModel } from "../../src/onnx/write.js";
import { createLearner, imageFolder } from "../helpers/build.js";
import { convModel } from "../helpers/conv-network.js";
import { copyFew } from "../helpers/photos.js";
import { refusal } from "../helpers/refusal.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();
const disk = join(home, "disk");
mkdirSync(disk);
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync("umount", [disk]);
});
if (!isMounted) console.warn("skipped, only root may mount a small disk: a disk that is full for real");

it.skipIf(!isMounted)("a full disk: the old checkpoint loads, the fit says what to do, nothing is lost", async () => {
  writeFileSync(join(home, "conv.onnx"), writeModel(convModel()));
  const photos = copyFew(join(home, "photos"), { classes: ["bag", "sandal"], train: 10, valid: 4 });
  const size = { height: 16, width: 16 };
  const open = () =>
    createLearner({
      model: join(home, "conv.onnx"),
      data: imageFolder(photos),
      batchSize: 8,
      device: { name: "cpu", threads: 1 },
      image: { resize: size, crop: size },
    });
  await using learner = await open();
  const fill = (_: unknown, { epoch }: { epoch: number }): void => {
    if (epoch !== 1) return;
    // All that is left, block by block.
    try {
      for (let i = 0; i < 100; i++) writeFileSync(join(disk, `full ${i}`), new Uint8Array(4096));
    } catch {}
  };
  const checkpoint = join(disk, "checkpoints");
  const fit = learner.fit(4, 0.1, { checkpoint, callbacks: [{ afterEpoch: fill }] });
  await refusal(() => fit, "file-access", "the disk is full", "save() it elsewhere");
  expect(readdirSync(checkpoint).filter((name) => name.startsWith("."))).toEqual([]);
  await using other = await open();
  expect(await other.load(checkpoint)).toMatchObject({ epochs: 1, interrupted: "fit(4, 0.1)", notices: [] });
  const elsewhere = join(home, "elsewhere");
  await learner.save(elsewhere);
  expect(await other.load(elsewhere)).toMatchObject({ epochs: 2, interrupted: "fit(4, 0.1)" });
  await other.resume({ checkpoint: elsewhere });
  await using whole = await open();
  await whole.fit(4, 0.1);
  const losses = ({ history }: typeof whole) => history.map(({ trainLoss, validLoss }) => [trainLoss, validLoss]);
  expect(losses(other)).toEqual(losses(whole));
});
