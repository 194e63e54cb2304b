// How long a page's thread is held up: what the browser calls long tasks, and how late a timer is.
import type { Page } from "playwright-core";
import { commandOf, family, type Process, type ThreadTimes, threadTimes } from "./core-time.js";

export interface WatchedPage {
  /** Tasks that took longer than allowed, in words. */
  readonly late: readonly string[];
  /** Milliseconds of the longest in which the page's thread was at work; null where the system does not tell. */
  readonly held: number | null;
  /** The most milliseconds by which a timer of 5 ms was late. */
  readonly longestGap: number;
}

interface Task {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly duration: number;
}

declare global {
  var watchedTasks: () => { readonly tasks: readonly Task[]; readonly longestGap: number };
}

/** From now on. */
export async function watchPage(page: Page, limit: number): Promise<{ end(): Promise<WatchedPage> }> {
  await page.evaluate(() => {
    const tasks: Task[] = [];
    const note = (entries: PerformanceEntryList): void => {
      for (const { startTime, duration } of entries)
        tasks.push({ start: performance.timeOrigin + startTime, duration });
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: "longtask" });
    let longestGap = 0;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      longestGap = Math.max(longestGap, now - last - 5);
      last = now;
    }, 5);
    globalThis.watchedTasks = () => {
      note(observer.takeRecords());
      return { tasks, longestGap };
    };
  });
  const thread = watchThread();
  return {
    end: async () => {
      // A task is told of once it has ended, and a timer when it fires.
      await page.waitForTimeout(50);
      const { tasks, longestGap } = await page.evaluate(() => globalThis.watchedTasks());
      const heldIn = thread.end();
      const late = tasks.filter(({ duration }) => duration > limit);
      const held = heldIn && Math.max(0, ...late.map(heldIn));
      return { late: late.map(({ duration }) => `a task of ${duration} ms`), held, longestGap };
    },
  };
}

/**
 * Looks at the page's thread every few milliseconds. `end` gives how long it was at work in a task, at most, neither waiting
 * for a core nor for the browser, which may be waiting for one; nothing where the system does not tell.
 */
function watchThread(): { end(): ((task: Task) => number) | null } {
  const renderers = family().filter(({ id }) => commandOf(id).includes("--type=renderer"));
  const samples: { readonly time: number; readonly threads: readonly ThreadTimes[] }[] = [];
  const sample = (): void =>
    void samples.push({ time: Date.now(), threads: renderers.map(({ id }) => threadTimes(id)) });
  sample();
  const timer = setInterval(sample, 5);
  return {
    end: () => {
      clearInterval(timer);
      sample();
      const page = busiest(renderers);
      if (page === undefined) return null;
      return ({ start, duration }) => {
        const before = (samples.findLast(({ time }) => time <= start) ?? samples[0]!).threads[page]!;
        const after = (samples.find(({ time }) => time >= start + duration) ?? samples.at(-1)!).threads[page]!;
        return Math.max(0, Math.min(duration - (after.waited - before.waited), after.ran - before.ran));
      };
    },
  };
}

/** Which one has been at work since: the others are spare, or of pages that are gone. */
function busiest(before: readonly Process[]): number | undefined {
  const now = family();
  const worked = before.map(({ id, time }) => (now.find((process) => process.id === id)?.time ?? 0) - time);
  return worked.length === 0 ? undefined : worked.indexOf(Math.max(...worked));
}
