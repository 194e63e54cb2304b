// The embedded network, all of it trained, broken off within an epoch and gone on with by another learner.
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Learner } from "../../src/learner/learner.js";
import { createLearner, imageFolder, loadLearner } from "../helpers/build.js";
import { copyFew } from "../helpers/photos.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();
const data = imageFolder(copyFew(join(home, "photos"), { classes: ["bag", "sandal"], train: 4, valid: 1 }));

const open = async (): Promise<Learner> => {
  const learner = await createLearner({ data, batchSize: 4, device: { name: "cpu", threads: 2 }, optimizer: "adamw" });
  await learner.unfreeze();
  return learner;
};
const contentOf = async (learner: Learner): Promise<Buffer> => {
  const files = await learner.exportFiles();
  return Buffer.from(await files.get("onnx/model.onnx")!.arrayBuffer());
};

it("EfficientNet-Lite0 comes to the same weights, bit for bit", async () => {
  await using whole = await open();
  await whole.fit(1, [1e-4, 1e-3]);
  const folder = join(home, "checkpoints");
  {
    await using broken = await open();
    const controller = new AbortController();
    const callbacks = [{ afterSteps: () => controller.abort(new Error("enough")) }];
    const options = { checkpoint: folder, signal: controller.signal, callbacks };
    await expect(broken.fit(1, [1e-4, 1e-3], options)).rejects.toThrow("enough");
  }
  await using resumed = await loadLearner(folder);
  expect(await resumed.resume()).toHaveLength(1);
  const losses = ({ history }: Learner) => history.map(({ trainLoss, validLoss }) => [trainLoss, validLoss]);
  expect(losses(resumed)).toEqual(losses(whole));
  expect((await contentOf(resumed)).equals(await contentOf(whole))).toBe(true);
});
