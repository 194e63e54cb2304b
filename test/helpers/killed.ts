// Trainings in processes that are killed at random moments, again and again, and gone on with.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readNewest } from "../../src/learner/engine/checkpoint/generations.js";
import type { Manifest } from "../../src/learner/engine/checkpoint/manifest.js";
import { nodeStorage } from "../../src/learner/node/storage.js";
import { writeModel } from "../../src/onnx/write.js";
import { stream } from "../../src/random.js";
import { convModel } from "./conv-network.js";
import { copyFew } from "./photos.js";
import { runScript } from "./run-script.js";

const script = new URL("../slow/killed-training.mjs", import.meta.url);

/** What a training came to, but for the time it took. */
interface Outcome {
  readonly results: unknown;
  readonly model: Buffer;
}

const timeless = (key: string, value: unknown): unknown => (key === "seconds" ? undefined : value);

/** Fits that are done, epochs, steps of the epoch under way: each later one is larger. */
function positionIn({ training, position }: Manifest): readonly number[] {
  const { fits, agenda } = training;
  const epochs = fits.reduce((sum, fit) => sum + fit.epochs.length, 0);
  return [-(agenda?.steps.length ?? 0), epochs, agenda?.progress.step ?? position.step];
}

const isAfter = (a: readonly number[], b: readonly number[]): boolean => {
  const at = a.findIndex((n, i) => n !== b[i]);
  return at < 0 || a[at]! > b[at]!;
};

/**
 * @param kills none: it runs to its end.
 * @param epochs of all layers: enough to be killed so often in.
 */
export async function trainedWithKills(home: string, kills: number, epochs: number) {
  const [model, folder, out] = ["conv.onnx", `checkpoints ${kills}`, `out ${kills}`].map((name) => join(home, name));
  writeFileSync(model!, writeModel(convModel()));
  const photos = copyFew(join(home, "photos"), { classes: ["bag", "sandal", "coat"], train: 16, valid: 5 });
  const draw = stream(kills, "kills");
  const storage = nodeStorage(folder!);
  let reached: readonly number[] = [Number.NEGATIVE_INFINITY];
  for (let kill = 0; ; kill++) {
    let isTraining = false;
    const delay = draw.below(160);
    const { code, signal, stdout, stderr } = await runScript(
      script,
      [model!, photos, folder!, out!, String(epochs)],
      (stdout, child) => {
        if (isTraining || kill >= kills || !/training/.test(stdout)) return;
        isTraining = true;
        setTimeout(() => child.kill("SIGKILL"), delay);
      },
    );
    expect(stderr).toBe("");
    if (kill >= kills) {
      expect({ code, signal }).toEqual({ code: 0, signal: null });
      const results = JSON.parse(stdout.trim().split("\n").at(-1)!, timeless);
      return { results, model: readFileSync(join(out!, "onnx/model.onnx")) } satisfies Outcome;
    }
    expect(signal, "it was not done before").toBe("SIGKILL");
    // All that is there can be read, and is no less than what was there before.
    const { manifest, notices } = await readNewest(storage, folder!);
    expect(notices).toEqual([]);
    const now = positionIn(manifest);
    expect(isAfter(now, reached), `${now} after ${reached}`).toBe(true);
    reached = now;
  }
}
