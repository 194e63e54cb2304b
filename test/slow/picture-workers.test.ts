// Workers for pictures as they are built: the same bits as in place, and nothing that keeps a process alive.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { defaultAugment } from "../../src/datasets/augment/default-augment.js";
import { makeViews, type ViewJob } from "../../src/datasets/augment/make-views.js";
import { createNodeDecoder } from "../../src/datasets/node.js";
import { defaultTransform } from "../../src/datasets/transform.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import { viewPool } from "../../src/learner/engine/pictures/view-pool.js";
import type { Learner } from "../../src/learner/learner.js";
import { localHost } from "../../src/learner/node/host.js";
import { nodePictureWorkers } from "../../src/learner/node/picture-workers.js";
import { nodePlatform } from "../../src/learner/node/platform.js";
import { buildUrl, createLearner, imageFolder } from "../helpers/build.js";
import { copyFew, fashionMini, photosIn } from "../helpers/photos.js";
import { runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const photos = copyFew(join(folder, "photos"), { classes: ["bag", "coat"], train: 2, valid: 1 });
const script = new URL("./node-picture-worker.js", buildUrl);

const decoder = createNodeDecoder();
const lost = { ...decoder, decodeWhole: () => Promise.reject(new Error("nothing is to be made in place")) };
const pool = viewPool(lost, nodePictureWorkers(script));
afterAll(() => pool.end());

it("views of files, bytes, Blobs and decoded pictures are those that are made in place", async () => {
  const [file] = photosIn(join(fashionMini, "valid/sandal"));
  const bytes = readFileSync(file!);
  const jobOf = (of: ViewJob["of"]): ViewJob => ({
    ...{ of, transform: defaultTransform, finest: 1.5, seed: 3 },
    views: [0, 1].map((view) => ({
      spec: { ...defaultAugment, colorJitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 } },
      path: ["view", view],
    })),
  });
  const expected = await makeViews(jobOf(file!), decoder);
  // The worker is there once it has said so.
  await expect.poll(() => pool.make(jobOf(file!)).catch(() => "not ready"), { timeout: 10_000 }).toEqual(expected);
  const picture = await decoder.decodeWhole(bytes, defaultTransform, 1.5);
  for (const of of [bytes, new Blob([bytes]), picture]) expect(await pool.make(jobOf(of))).toEqual(expected);
  // What it cannot read it leaves to whoever asked.
  await expect(pool.make(jobOf(Uint8Array.of(1, 2, 3)))).rejects.toThrow("in place");
});

it("a network that is trained in the build's worker is the one that is trained without workers", async () => {
  const data = imageFolder(photos);
  const options = { data, batchSize: 2, augment: true, device: { name: "cpu", threads: 1 } } as const;
  const trained = async (learner: Learner, out: string) => {
    await learner.unfreeze();
    await learner.fit(2, 1e-3);
    await learner.exportOnnx(join(folder, out));
    await learner.dispose();
    return readFileSync(join(folder, out, "onnx/model.onnx"));
  };
  const withoutPool = localHost(nodePlatform(new URL("../../models/", import.meta.url)));
  const expected = await trained(await createLearnerOn(withoutPool, options), "in place");
  expect((await trained(await createLearner(options), "in workers")).equals(expected)).toBe(true);
});

it.each([
  ["disposed of in the caller's thread", "false", "await learner.dispose();"],
  ["disposed of in a worker", "undefined", "await learner.dispose();"],
  ["that nobody disposes", "undefined", ""],
])("a process ends by itself after a learner %s", async (_, worker, end) => {
  const path = join(folder, "script.mjs");
  writeFileSync(
    path,
    `import { createLearner, imageFolder } from ${JSON.stringify(buildUrl.href)};
     const data = imageFolder(${JSON.stringify(photos)});
     const learner = await createLearner({ data, augment: { views: 2 }, worker: ${worker} });
     const { length } = await learner.fit(1, 0.01);
     ${end}
     console.log(length, "epoch");`,
  );
  const ended = await runScript(pathToFileURL(path), []);
  expect(ended).toEqual({ code: 0, signal: null, stdout: "1 epoch\n", stderr: "" });
});
