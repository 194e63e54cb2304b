import { afterEach, describe, expect, it } from "vitest";
import type { CallContext } from "../../../src/learner/border/channel.js";
import { type Divided, evaluateRows, extractRows, logitsOf } from "../../../src/learner/engine/divided.js";
import { openLearner } from "../../../src/learner/engine/open-learner.js";
import { pixelsOf } from "../../../src/learner/engine/prediction/predict.js";
import { toSpec } from "../../../src/learner/options.js";
import { float32 } from "../../../src/tensor.js";
import { initialState } from "../../../src/training-graph/step.js";
import { largestDifference } from "../../helpers/difference.js";
import { convOptions, watchedPlatform } from "../../helpers/unfreezing.js";

const { signal } = new AbortController();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Divided after so many layer groups, with a head that tells classes apart. */
async function divided(first: number, folder?: string) {
  const platform = watchedPlatform();
  const options = { ...convOptions(), ...(folder !== undefined && { cache: { folder } }) };
  const { opened, boundary: atHead } = await openLearner(platform, toSpec(options), { signal, emit: () => {} });
  closing.push(atHead.release);
  const boundary = await opened.divide(first, {}, signal);
  closing.push(boundary.release);
  const classifier = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
  const state = { ...initialState(boundary.head, opened.optimizer), "classifier.weight": float32([3, 8], classifier) };
  return { platform, state, parts: { learner: opened, boundary } satisfies Divided };
}

const quiet: CallContext = { signal, emit: () => {} };

describe("a divided learner", () => {
  it.each([0, 1, 2, 3])("after %d groups: rows below, logits above, as for photos from pixels on", async (first) => {
    const { parts, platform, state } = await divided(first);
    const events: unknown[] = [];
    const { train, valid, skipped } = await extractRows(parts, platform, {
      signal,
      emit: (event) => events.push(event),
    });
    expect([train.count, valid.count, skipped.length]).toEqual([27, 9, 0]);
    expect(events.at(-1)).toEqual({ phase: "features", done: 36, total: 36 });
    expect((await valid.slice(0, 1)).features.shape).toEqual([1, parts.boundary.frozen.featureCount]);
    const { logits, loss } = await evaluateRows(parts, valid, state, signal);
    expect(loss).toBeGreaterThan(0.1);
    const pixels = await pixelsOf(valid.names, platform.decoder, parts.learner.network.transform);
    expect(largestDifference(await logitsOf(parts, pixels, state, signal), logits)).toBeLessThan(1e-5);
  });

  it("keeps rows in the cache's folder, by what lies below; pixels nowhere", async () => {
    for (const [first, folders] of [
      [2, 1],
      [0, 0],
    ] as const) {
      const { parts, platform } = await divided(first, "features");
      await extractRows(parts, platform, quiet);
      expect([...platform.storage.all.keys()].filter((folder) => folder.startsWith("features/"))).toHaveLength(folders);
    }
  });
});
