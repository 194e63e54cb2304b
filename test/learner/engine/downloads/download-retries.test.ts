import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { Failure, type FailureFacts } from "../../../../src/learner/engine/downloads/download-failure.js";
import { withRetries } from "../../../../src/learner/engine/downloads/download-retries.js";

/** Tries that fail in turn with these, each after bringing so many bytes; then one that does not. */
function attempts(failures: readonly (FailureFacts & { readonly bytes?: number })[]) {
  let [size, tries] = [0, 0];
  const kept = async () => size;
  const attempt = async (): Promise<string> => {
    const failure = failures[tries++];
    if (!failure) return "done";
    size += failure.bytes ?? 0;
    throw new Failure(`failure ${tries}`, failure);
  };
  const run = (pause: number, signal = new AbortController().signal) =>
    withRetries(attempt, { attempts: 3, pause }, { signal, kept }, () => 0.5);
  return { run, tries: () => tries };
}

const passing = { passing: true };

describe("withRetries", () => {
  it("tries again after failures that may pass, each time after twice the pause", async () => {
    const { run, tries } = attempts([passing, passing]);
    const begun = performance.now();
    expect(await run(40)).toBe("done");
    expect(performance.now() - begun).toBeGreaterThan(40 + 80 - 5);
    expect(performance.now() - begun).toBeLessThan(400);
    expect(tries()).toBe(3);
  });

  it("gives up after as many tries as are allowed", async () => {
    const { run, tries } = attempts([passing, passing, passing, passing]);
    await expect(run(1)).rejects.toThrow("failure 3");
    expect(tries()).toBe(3);
  });

  it("goes on as long as every few tries bring a megabyte", async () => {
    const gain = { ...passing, bytes: 2 ** 20 };
    const { run, tries } = attempts([gain, gain, gain, passing, gain, gain]);
    await run(1);
    expect(tries()).toBe(7);
    const little = { ...passing, bytes: 2 ** 20 - 1 };
    const slow = attempts([little, little, little, little]);
    await expect(slow.run(1)).rejects.toThrow("failure 3");
  });

  it("does not try again what does not pass, nor bugs", async () => {
    const { run, tries } = attempts([{ status: 404 }]);
    await expect(run(1)).rejects.toThrow("failure 1");
    expect(tries()).toBe(1);
    const bug = () => Promise.reject(new TypeError("a bug"));
    const { signal } = new AbortController();
    await expect(withRetries(bug, { attempts: 3, pause: 1 }, { signal })).rejects.toThrow("a bug");
  });

  it("waits as long as the server asks for, but not for ever", async () => {
    const { run } = attempts([{ ...passing, retryAfter: 150 }]);
    const begun = performance.now();
    await run(1);
    expect(performance.now() - begun).toBeGreaterThan(145);
    await expect(attempts([{ ...passing, retryAfter: 600_000 }]).run(1)).rejects.toThrow("failure 1");
  });

  it("hears the signal while it waits", async () => {
    const { run } = attempts([passing]);
    const controller = new AbortController();
    const waiting = run(60_000, controller.signal);
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await expect(waiting).rejects.toThrow("enough");
  });
});
