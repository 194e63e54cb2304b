// A file over the network into the cache: it gets its name there only once it is what it must be.
import { rename } from "node:fs/promises";
import { isRegraftError } from "../../../errors.js";
import { downloadFailed, wrongContent } from "../../engine/downloads/download-errors.js";
import { Failure } from "../../engine/downloads/download-failure.js";
import { withRetries } from "../../engine/downloads/download-retries.js";
import type { Content } from "../../engine/downloads/kept-downloads.js";
import { seldom } from "../../engine/downloads/seldom.js";
import type { DownloadContext } from "../../engine/platform.js";
import { readContent } from "./cache-content.js";
import { adviceFor, type CachedFile, notKept } from "./download-errors.js";
import { type Part, removeParts, takePart } from "./download-part.js";
import { type DownloadSettings, throughEndpoint } from "./download-settings.js";
import { transfer } from "./download-transfer.js";

/**
 * @param expected its sha256, where one is known.
 * @throws RegraftError "download-failed", "checksum-mismatch", "file-access"; the signal's reason. But for a wrong hash
 * or a full disk, what has come by then is kept, and the next call goes on from there.
 */
export async function downloadFile(
  file: CachedFile,
  expected: string | undefined,
  settings: DownloadSettings,
  context: DownloadContext,
): Promise<Content> {
  let part: Part | undefined;
  let keep = true;
  try {
    part = await takePart(file.path);
    const content = await fill(part, file, expected, settings, context);
    keep = false;
    if (expected !== undefined && content.sha256 !== expected)
      throw wrongContent(file, expected, content.sha256, adviceFor(file));
    await rename(part.data, file.path);
    await removeParts(file.path);
    return content;
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof Failure) throw downloadFailed(file, error, adviceFor(file));
    if (isRegraftError(error) || !isSystemError(error)) throw error;
    // Its bytes are what others now lack.
    if (error.code === "ENOSPC") keep = false;
    return notKept(file, error);
  } finally {
    if (part) await (keep && (await part.size()) > 0 ? part.release() : part.remove()).catch(() => {});
  }
}

/** Until all has come; once more from the start when what was left of an earlier download has spoilt it. */
async function fill(
  part: Part,
  file: CachedFile,
  expected: string | undefined,
  settings: DownloadSettings,
  { signal, onProgress }: DownloadContext,
): Promise<Content> {
  const url = throughEndpoint(file.url, settings);
  const job = { url, bytes: file.bytes, part, signal, onProgress: seldom(onProgress) };
  const begun = (await part.size()) > 0;
  await withRetries(() => transfer(job, settings), settings, { signal, kept: part.size });
  const content = await readContent(part.data, signal);
  if (!begun || expected === undefined || content.sha256 === expected) return content;
  await part.setOrigin(undefined);
  await withRetries(() => transfer(job, settings), settings, { signal, kept: part.size });
  return readContent(part.data, signal);
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "code" in error;
