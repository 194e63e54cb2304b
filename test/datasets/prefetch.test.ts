import { setTimeout as sleep, setImmediate as tick } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { prefetch } from "../../src/datasets/prefetch.js";

/** Work that takes `item` milliseconds, and what it did. */
function recorder() {
  const record = { started: [] as number[], running: 0, most: 0 };
  const work = async (item: number): Promise<number> => {
    record.started.push(item);
    record.most = Math.max(record.most, ++record.running);
    await sleep(item);
    record.running--;
    if (item < 0) throw new Error(`failed ${item}`);
    return item * 10;
  };
  return { record, work };
}

describe("prefetch", () => {
  it("keeps the order whatever finishes first, and no more under way than asked", async () => {
    const { record, work } = recorder();
    const results: unknown[] = [];
    for await (const outcome of prefetch([9, 1, 5, 0, 3, 7], work, { ahead: 3 })) results.push(outcome);
    expect(results).toEqual([9, 1, 5, 0, 3, 7].map((item) => ({ item, result: item * 10 })));
    expect(record.most).toBe(3);
  });

  it("works on while the consumer is busy", async () => {
    const { record, work } = recorder();
    const outcomes = prefetch([1, 2, 3, 4, 5, 6], work, { ahead: 2 });
    await outcomes.next();
    await sleep(30);
    expect(record).toMatchObject({ started: [1, 2, 3], running: 0 });
    await outcomes.return();
  });

  it("takes a failure for an outcome and goes on", async () => {
    const outcomes: unknown[] = [];
    for await (const outcome of prefetch([2, -1, 1], recorder().work, { ahead: 2 })) outcomes.push(outcome);
    expect(outcomes).toEqual([
      { item: 2, result: 20 },
      { item: -1, error: expect.objectContaining({ message: "failed -1" }) },
      { item: 1, result: 10 },
    ]);
  });

  it("leaves nothing behind when the consumer stops, failures under way included", async () => {
    const { record, work } = recorder();
    for await (const outcome of prefetch([1, -5, 20, 1, 1], work, { ahead: 3 })) {
      expect(outcome.item).toBe(1);
      break;
    }
    expect(record.running).toBe(0);
    expect(record.started).toEqual([1, -5, 20, 1]);
    // An unhandled rejection would fail the run here.
    await tick();
  });

  it("throws the signal's reason, starting nothing more", async () => {
    const { record, work } = recorder();
    const abort = new AbortController();
    const outcomes = prefetch([1, 2, 3, 4, 5], work, { ahead: 2, signal: abort.signal });
    await outcomes.next();
    abort.abort(new Error("enough"));
    await expect(outcomes.next()).rejects.toThrow("enough");
    expect(record).toMatchObject({ started: [1, 2, 3], running: 0 });
    const late = prefetch([1], work, { ahead: 2, signal: abort.signal });
    await expect(late.next()).rejects.toThrow("enough");
    expect(record.started).toHaveLength(3);
  });

  it("ends at once when there is nothing to do", async () => {
    expect(await prefetch([], recorder().work, { ahead: 4 }).next()).toEqual({ done: true, value: undefined });
  });
});
