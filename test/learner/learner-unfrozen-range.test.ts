// The range test where all layers are trained, and were before: what it suggests keeps what was learnt, ten times as much
// undoes it.
import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { openConv } from "../helpers/unfreezing.js";

/** Trains all layers, and then once more in one cycle at `factor` times what a range test of them suggests. */
async function trainedAt(factor: number, seed: number): Promise<{ loss: number; rule: string | null }> {
  const { learner } = await openConv({ seed });
  await learner.unfreeze();
  await learner.fitOneCycle(20, [0.02, 0.2]);
  const { suggestion } = await learner.lrFind({ spread: 10 });
  const rate = factor * suggestion.lr!;
  const { rule } = suggestion;
  try {
    const lines = await learner.fitOneCycle(10, [rate / 10, rate]);
    return { loss: lines.at(-1)!.validLoss, rule };
  } catch (error) {
    if (isRegraftError(error, "diverged")) return { loss: Number.POSITIVE_INFINITY, rule };
    throw error;
  }
}

describe("lrFind after unfreezing", () => {
  it.each([1, 2, 3])("suggests a rate at ten times of which training is clearly worse: seed %d", async (seed) => {
    const [at, above] = [await trainedAt(1, seed), await trainedAt(10, seed)];
    expect(at.rule).not.toBeNull();
    // Before training it is ln 3.
    expect(at.loss).toBeLessThan(0.45);
    expect(above.loss).toBeGreaterThan(2 * at.loss);
  });
});
