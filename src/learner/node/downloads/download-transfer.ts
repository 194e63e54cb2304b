// One try to bring a file's bytes into its part: from where the part ends when the server can go on there, else anew.
import { type FileHandle, open } from "node:fs/promises";
import {
  Failure,
  mostBytes,
  otherSize,
  statusFailure,
  tooLarge,
  tooLittle,
  tooMuch,
} from "../../engine/downloads/download-failure.js";
import { type Answer, httpGet } from "./download-http.js";
import type { Part, PartOrigin } from "./download-part.js";
import type { DownloadSettings } from "./download-settings.js";

export interface Transfer {
  /** Where to ask. */
  readonly url: string;
  /** The size it must have, where that is known. */
  readonly bytes: number | undefined;
  readonly part: Part;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** @throws Failure; an error of the file system; the signal's reason. What has come by then stays in the part. */
export async function transfer(job: Transfer, settings: DownloadSettings): Promise<void> {
  const { url, part, signal } = job;
  const [size, origin] = [await part.size(), await part.origin()];
  const from = origin?.url === url ? size : 0;
  if (from > 0 && from === (job.bytes ?? origin?.total)) return;
  const headers = from > 0 ? { range: `bytes=${from}-`, "if-range": origin!.validator } : {};
  await httpGet({ url, headers: headers as Record<string, string>, signal }, settings, async (answer) => {
    // All had come but the word that it is all.
    if (answer.status === 416 && answer.header("content-range") === `bytes */${from}` && from > 0) return;
    const start = startOf(answer, from);
    if (start === undefined) {
      // Longer than the file, or of another: the next try begins anew.
      await part.setOrigin(undefined);
      throw new Failure("the server cannot go on where the last download ended", { passing: true });
    }
    const total = totalOf(answer, start);
    checkSize(total, job.bytes);
    await receive(answer, { start, total, ...job });
  });
}

const gated = "If the repository is private or gated, ask for access on its page and set HF_TOKEN to a token of yours.";

/** From which byte on the answer is; nothing when it does not fit what is there. */
function startOf(answer: Answer, from: number): number | undefined {
  const encoding = answer.header("content-encoding") ?? "identity";
  if (encoding !== "identity") throw new Failure(`the server sends it compressed (${encoding}) without being asked to`);
  const { status } = answer;
  if (status === 200) return 0;
  if (status !== 206 && status !== 416)
    throw statusFailure({ status, retryAfter: answer.header("retry-after"), gated });
  if (from === 0) throw new Failure(`the server answers ${status} to a request for the whole file`, { status });
  return status === 206 && rangeOf(answer)?.start === from ? from : undefined;
}

/** `bytes 100-199/200`, or `/*` where the whole is not known. */
function rangeOf(answer: Answer): { readonly start: number; readonly total: number | undefined } | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.header("content-range") ?? "") ?? [];
  return start === undefined ? undefined : { start: Number(start), total: total === "*" ? undefined : Number(total) };
}

function totalOf(answer: Answer, start: number): number | undefined {
  if (start > 0) return rangeOf(answer)!.total;
  const length = answer.header("content-length");
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
}

function checkSize(total: number | undefined, bytes: number | undefined): void {
  if (total === undefined) return;
  if (bytes !== undefined && total !== bytes) throw otherSize(total, bytes);
  if (total > mostBytes) throw tooLarge(total);
}

async function receive(
  answer: Answer,
  { start, total, bytes, url, part, signal, onProgress }: Transfer & { start: number; total: number | undefined },
): Promise<void> {
  const most = total ?? bytes ?? mostBytes;
  let done = start;
  const file = await open(part.data, start > 0 ? "r+" : "w");
  try {
    if (start === 0) await part.setOrigin(originOf(answer, url, total));
    onProgress(done, total ?? bytes ?? 0);
    for await (const chunk of answer.body) {
      if (done + chunk.length > most) {
        await part.setOrigin(undefined);
        throw tooMuch(most);
      }
      await writeAll(file, chunk, done);
      done += chunk.length;
      onProgress(done, total ?? bytes ?? 0);
      signal.throwIfAborted();
    }
  } finally {
    await file.close();
  }
  const whole = total ?? bytes ?? 0;
  if (done < whole) throw tooLittle(done, whole);
}

/** What names this content so that If-Range can ask for it: a strong ETag, or the date of its last change. */
function originOf(answer: Answer, url: string, total: number | undefined): PartOrigin | undefined {
  const etag = answer.header("etag");
  const validator = etag?.startsWith('"') ? etag : answer.header("last-modified");
  return validator === undefined ? undefined : { url, validator, total };
}

/** A write may take a part of what it is given: on a disk that is nearly full, for one. */
async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await file.write(chunk, written, chunk.length - written, position + written)).bytesWritten;
  }
}
