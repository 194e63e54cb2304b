// Tries a download until it is done, or until it does not get any further.
import { setTimeout } from "node:timers/promises";
import { Failure } from "./download-failure.js";
import type { Part } from "./download-part.js";
import type { DownloadSettings } from "./download-settings.js";

/** Nobody waits longer than this for a server, in milliseconds. */
const longestWait = 120_000;
// Less than this may be an error page, again and again.
const leastGain = 2 ** 20;

/** @param random in [0, 1): so that those who failed together do not come back together. */
export async function withRetries(
  attempt: () => Promise<void>,
  { part, signal }: { readonly part: Part; readonly signal: AbortSignal },
  { attempts, pause }: Pick<DownloadSettings, "attempts" | "pause">,
  random: () => number = Math.random,
): Promise<void> {
  for (let failures = 0; ; ) {
    const before = await part.size();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure && error.facts.passing)) throw error;
      failures = (await part.size()) - before >= leastGain ? 1 : failures + 1;
      const wait = Math.max(error.facts.retryAfter ?? 0, pause * 2 ** (failures - 1) * (0.75 + random() / 2));
      if (failures >= attempts || wait > longestWait) throw error;
      await setTimeout(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
