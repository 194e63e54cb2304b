// A file over the network into memory.
import {
  Failure,
  mostBytes,
  otherSize,
  statusFailure,
  tooLarge,
  tooLittle,
  tooMuch,
} from "../../engine/downloads/download-failure.js";
import { type Retries, withRetries } from "../../engine/downloads/download-retries.js";
import { seldom } from "../../engine/downloads/seldom.js";
import type { DownloadContext, RemoteFile } from "../../engine/platform.js";
import { pageInstead } from "./fetch-failure.js";
import { type Answer, httpGet } from "./fetch-http.js";

export interface FetchSettings extends Retries {
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stallTimeout: number;
}

export const defaultFetchSettings: FetchSettings = { stallTimeout: 30_000, attempts: 4, pause: 400 };

/** For files that nobody waits for aloud, nor cancels. */
export const unwatched: DownloadContext = { signal: new AbortController().signal, onProgress: () => {} };

/**
 * Each try begins anew: few servers let pages of other sites ask for the rest of a file.
 * @throws Failure; the signal's reason
 */
export function fetchFile(
  file: RemoteFile,
  { signal, onProgress }: DownloadContext,
  settings: FetchSettings,
): Promise<Uint8Array> {
  const { stallTimeout } = settings;
  const progress = seldom(onProgress);
  const attempt = () => httpGet(file.url, { signal, stallTimeout }, (answer) => receive(answer, file.bytes, progress));
  return withRetries(attempt, settings, { signal });
}

async function receive(
  { status, headers, body }: Answer,
  bytes: number | undefined,
  onProgress: DownloadContext["onProgress"],
): Promise<Uint8Array> {
  if (status !== 200) throw statusFailure({ status, retryAfter: headers.get("retry-after") ?? undefined, gated });
  const stated = lengthOf(headers);
  if (stated > mostBytes) throw tooLarge(stated);
  const total = bytes ?? stated;
  const most = bytes ?? mostBytes;
  const chunks: Uint8Array[] = [];
  let done = 0;
  onProgress(0, total);
  for await (const chunk of body) {
    chunks.push(chunk);
    done += chunk.length;
    if (done > most) throw tooMuch(most);
    // What is more than stated was compressed on the way, and nobody told.
    onProgress(done, done > total ? 0 : total);
  }
  if (done < stated) throw tooLittle(done, stated);
  if (bytes !== undefined && done !== bytes) throw isPage(headers) ? pageInstead() : otherSize(done, bytes);
  return joined(chunks, done);
}

const gated =
  "If the repository is private or gated: a page sends no token; fetch the file otherwise and give its bytes as the model.";

/** 0 when it is not told, or is that of compressed bytes. Browsers hide other sites' `content-encoding`. */
function lengthOf(headers: Headers): number {
  const length = headers.get("content-length") ?? "";
  return /^\d+$/.test(length) && !headers.has("content-encoding") ? Number(length) : 0;
}

/** Whether the answer is a web page: servers of single-page applications give theirs for all they do not have. */
export const isPage = (headers: Headers): boolean => /^text\/html\b/i.test(headers.get("content-type") ?? "");

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  try {
    const bytes = new Uint8Array(length);
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return bytes;
  } catch (cause) {
    throw new Failure(`it has ${length} bytes, more than the page has memory for`, {
      remedy: "Close other tabs.",
      cause,
    });
  }
}
