import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { seldom } from "../../../../src/learner/engine/downloads/seldom.js";

describe("seldom", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("tells the first, the last, and ten a second of those between", () => {
    const told: (readonly number[])[] = [];
    const onProgress = seldom((done, total) => told.push([done, total]));
    for (let done = 0; done <= 100; done++) {
      onProgress(done, 100);
      vi.advanceTimersByTime(10);
    }
    expect(told).toEqual(Array.from({ length: 11 }, (_, i) => [10 * i, 100]));
    onProgress(100, 100);
    expect(told.at(-1)).toEqual([100, 100]);
  });
});
