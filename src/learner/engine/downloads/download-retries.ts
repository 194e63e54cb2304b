// Tries a download until it is done, or until it does not get any further.
import { Failure } from "./download-failure.js";

export interface Retries {
  /** Tries in a row that bring nothing new. */
  readonly attempts: number;
  /** Milliseconds of the first pause between two tries; each further one is twice as long. */
  readonly pause: number;
}

/** Nobody waits longer than this for a server, in milliseconds. */
const longestWait = 120_000;
// Less than this may be an error page, again and again.
const leastGain = 2 ** 20;

/**
 * @param kept bytes that the next try need not bring again; none by default.
 * @param random in [0, 1): so that those who failed together do not come back together.
 * @throws what the last try threw; the signal's reason
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { attempts, pause }: Retries,
  { signal, kept = async () => 0 }: { readonly signal: AbortSignal; readonly kept?: () => Promise<number> },
  random: () => number = Math.random,
): Promise<T> {
  for (let failures = 0; ; ) {
    const before = await kept();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure && error.facts.passing)) throw error;
      failures = (await kept()) - before >= leastGain ? 1 : failures + 1;
      const wait = Math.max(error.facts.retryAfter ?? 0, pause * 2 ** (failures - 1) * (0.75 + random() / 2));
      if (failures >= attempts || wait > longestWait) throw error;
      await sleep(wait, signal);
    }
  }
}

/** @throws the signal's reason */
const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", onAbort, { once: true });
  });
