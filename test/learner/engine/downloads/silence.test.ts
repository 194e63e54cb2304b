import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../../../../src/learner/engine/downloads/download-failure.js";
import { createSilence } from "../../../../src/learner/engine/downloads/silence.js";

describe("createSilence", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("aborts with a failure that may pass, so long after it was last started", () => {
    const { signal, start } = createSilence(1500);
    vi.advanceTimersByTime(5000);
    start();
    vi.advanceTimersByTime(1499);
    start();
    vi.advanceTimersByTime(1499);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toBeInstanceOf(Failure);
    expect(signal.reason).toMatchObject({ reason: "nothing came from the server for 1.5 s", facts: { passing: true } });
  });

  it("does not once it was ended", () => {
    const { signal, start, end } = createSilence(10);
    start();
    end();
    vi.advanceTimersByTime(1000);
    expect(signal.aborted).toBe(false);
  });
});
