import { afterEach, describe, it } from "vitest";
import { refuseBoundary } from "../../../../src/learner/engine/layers/refuse-boundary.js";
import { type OpenedLearner, openLearner } from "../../../../src/learner/engine/open-learner.js";
import { type LearnerOptions, toSpec } from "../../../../src/learner/options.js";
import { refusal } from "../../../helpers/refusal.js";
import { convOptions, watchedPlatform } from "../../../helpers/unfreezing.js";

const { signal } = new AbortController();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(cache: LearnerOptions["cache"]): Promise<OpenedLearner> {
  const spec = toSpec({ ...convOptions(), cache: cache! });
  const { opened, boundary } = await openLearner(watchedPlatform(), spec, { signal, emit: () => {} });
  closing.push(boundary.release);
  return opened;
}

describe("refuseBoundary", () => {
  // Of 36 photos, rows after the first group are [4, 8, 8].
  const needed = 36 * 4 * 8 * 8 * 4;

  it("tells what would fit neither into memory nor on disk", async () => {
    const learner = await opened({ memoryLimit: needed - 1 });
    await refusal(() => refuseBoundary(learner, 1), "memory-limit", "36 photos", "cache.folder", "freeze more layers");
  });

  it("tells what is on disk if memory does not even hold a batch of it", async () => {
    const learner = await opened({ memoryLimit: 1000, folder: "features" });
    await refusal(() => refuseBoundary(learner, 1), "memory-limit", "A batch of ", "freeze more layers");
  });

  it("says nothing where it fits, where there is a folder, where photos are decoded again, and at the head", async () => {
    await refuseBoundary(await opened({ memoryLimit: needed }), 1);
    await refuseBoundary(await opened({ memoryLimit: needed - 1, folder: "features" }), 1);
    const small = await opened({ memoryLimit: 1000 });
    await refuseBoundary(small, 0);
    await refuseBoundary(small, 3);
  });
});
