// Photos and lists of photos at addresses, for the browser: fetched whole, within bounds, or refused in words that say
// what to do.
import { RegraftError } from "../errors.js";
import type { ImageTransform } from "./transform.js";
import { refuseBytes, unreadable } from "./unreadable.js";

export interface FetchOptions {
  /** Milliseconds without a byte after which the server is given up; default 60 000. */
  readonly stallTimeout?: number;
}

/**
 * The bytes at `url`, no more than an image of `maxPixels` can have.
 * @throws "unreadable-image", naming the address
 */
export const fetchImage = (
  url: string,
  bounds: Pick<ImageTransform, "maxPixels">,
  options: FetchOptions = {},
): Promise<Uint8Array> =>
  fetchWhole(url, options, {
    refusal: (reason, cause) => unreadable(url, reason, cause),
    checkLength: (bytes) => refuseBytes(url, bytes, bounds),
  });

/**
 * The bytes at `url`, of any kind.
 * @param most how many are read.
 * @throws "file-access", naming the address
 */
export const fetchBytes = (url: string, most: number, options: FetchOptions = {}): Promise<Uint8Array> => {
  const refusal = (reason: string, cause?: unknown): RegraftError => {
    const details = { path: url, operation: "read" } as const;
    return new RegraftError("file-access", details, `Cannot read ${url}: ${reason}.`, { cause });
  };
  const checkLength = (bytes: number): void => {
    if (bytes > most) throw refusal(`it has ${bytes} bytes, more than the ${most} that are read`);
  };
  return fetchWhole(url, options, { refusal, checkLength });
};

interface Terms {
  /** The error to throw. */
  refusal(reason: string, cause?: unknown): RegraftError;
  /** Throws when so many bytes are too many. */
  checkLength(bytes: number): void;
}

async function fetchWhole(url: string, { stallTimeout = 60_000 }: FetchOptions, terms: Terms): Promise<Uint8Array> {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(), stallTimeout);
  };
  const failed = (reasonOf: (cause: Error) => string) => (cause: Error) => {
    // Up to here silence is the one reason to abort.
    const silence = `the server has sent nothing for ${stallTimeout / 1000} seconds; try again later`;
    throw terms.refusal(stop.signal.aborted ? silence : reasonOf(cause), cause);
  };
  try {
    listen();
    const response = await fetch(url, { signal: stop.signal }).catch(failed(unreachable));
    checkAnswer(response, terms);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    const reader = response.body?.getReader();
    while (reader) {
      listen();
      const { done, value } = await reader.read().catch(failed(() => brokenOff(length)));
      if (done) break;
      chunks.push(value);
      length += value.length;
      terms.checkLength(length);
    }
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  } finally {
    clearTimeout(timer);
    // Nothing more is fetched of what is refused.
    stop.abort();
  }
}

// Browsers tell pages no more than that, lest these learn what is in networks that are not theirs.
const unreachable = ({ message }: Error): string =>
  `it cannot be fetched (${message}); check the address and the connection, and that a server of another origin allows ` +
  "this page to read it (CORS, the header Access-Control-Allow-Origin)";

const brokenOff = (length: number): string => `the connection broke off after ${length} bytes; try again`;

function checkAnswer({ ok, status, headers }: Response, { refusal, checkLength }: Terms): void {
  if (!ok) throw refusal(`the server answers with status ${status}; check the address`);
  // Servers of single-page applications give their start page for what they do not have.
  if (/^text\/html\b/i.test(headers.get("content-type") ?? "")) {
    throw refusal("the server gives a web page instead of it; check the address");
  }
  checkLength(Number(headers.get("content-length")));
}
