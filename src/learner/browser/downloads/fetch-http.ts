// One request of a page's worker over the network.
import type { Failure } from "../../engine/downloads/download-failure.js";
import { createSilence } from "../../engine/downloads/silence.js";
import { answerFailure, requestFailure } from "./fetch-failure.js";

export interface Answer {
  readonly status: number;
  /** Of another site's answer the browser shows few. */
  readonly headers: Headers;
  /** Iterating throws a Failure when the connection does not last. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Asks for `url` and hands the answer to `use`; the connection is closed when that ends.
 * @param stallTimeout milliseconds without a byte after which the connection is given up.
 * @throws Failure when the connection fails or is silent for too long; the signal's reason
 */
export async function httpGet<T>(
  url: string,
  { signal, stallTimeout }: { readonly signal: AbortSignal; readonly stallTimeout: number },
  use: (answer: Answer) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const silence = createSilence(stallTimeout);
  const ended = new AbortController();
  const any = AbortSignal.any([signal, silence.signal, ended.signal]);
  const failed = (failure: Failure): unknown => (any.aborted ? any.reason : failure);
  try {
    silence.start();
    // What the browser has of an earlier answer is asked for anew: it may be what was wrong.
    const response = await fetch(url, { signal: any, cache: "no-cache" }).catch((cause) => {
      throw failed(requestFailure(url, cause));
    });
    async function* body(): AsyncGenerator<Uint8Array, void> {
      const reader = response.body!.getReader();
      for (let done = 0; ; ) {
        silence.start();
        const part = await reader.read().catch((cause) => {
          throw failed(answerFailure(done, cause));
        });
        // What the caller takes its time for is no silence of the server.
        silence.end();
        if (part.done) return;
        done += part.value.length;
        yield part.value;
      }
    }
    return await use({ status: response.status, headers: response.headers, body: body() });
  } finally {
    silence.end();
    ended.abort();
  }
}
