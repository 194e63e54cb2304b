// What downloads keep to on every platform: a file is checked whenever it is used, fetched when it is not there, and
// stays what it was the first time.
import { isRegraftError } from "../../../errors.js";
import { shownUrl } from "../../../models/remote-model.js";
import type { DownloadContext, Downloaded, Downloads, RemoteFile } from "../platform.js";
import { absent, type Pin } from "./pin.js";

/** A file's bytes with their hash, so that what was checked and what is used are the same. */
export interface Content {
  readonly bytes: Uint8Array;
  /** In hexadecimal. */
  readonly sha256: string;
}

export interface Fetched extends Content {
  /** Why it could not be kept, in sentences, where it could not. */
  readonly unkept?: string;
}

/** Where a platform keeps files, and how it fetches them. */
export interface DownloadCache {
  /** Whether there is a file in its place, of the right size where that is known. */
  has(file: RemoteFile): Promise<boolean>;
  /** What `has` says is there. */
  read(file: RemoteFile, signal: AbortSignal): Promise<Content | undefined>;
  readPin(file: RemoteFile): Promise<Pin | undefined>;
  writePin(file: RemoteFile, pin: Pin): Promise<void>;
  /** Removes file and pin. */
  remove(file: RemoteFile): Promise<void>;
  /**
   * Brings a file over the network, checks it and keeps it.
   * @throws RegraftError "download-failed", "checksum-mismatch", "file-access"; the signal's reason
   */
  fetch(file: RemoteFile, known: Known, context: DownloadContext): Promise<Fetched>;
}

export interface Known {
  /** The sha256 that it must have, where one is known. */
  readonly expected: string | undefined;
  /** What lies in its place, and is something else. */
  readonly found: Content | undefined;
}

export function keptDownloads(cache: DownloadCache): Downloads {
  const get: Downloads["get"] = async (file, context) => {
    const pin = file.sha256 === undefined ? await cache.readPin(file) : undefined;
    const expected = file.sha256 ?? (pin === absent ? undefined : pin);
    const found = await cache.read(file, context.signal);
    const isRight = found && (expected === undefined || found.sha256 === expected);
    return remembered(file, isRight ? found : await cache.fetch(file, { expected, found }, context), expected);
  };

  const remembered = async (file: RemoteFile, content: Fetched, expected: string | undefined): Promise<Downloaded> => {
    const { bytes, sha256, unkept } = content;
    const url = shownUrl(file.url);
    if (unkept !== undefined) return { bytes, sha256, notice: `${url} must be downloaded again next time. ${unkept}` };
    if (expected !== undefined) return { bytes, sha256, notice: undefined };
    await cache.writePin(file, sha256);
    return { bytes, sha256, notice: `sha256 ${sha256} of ${url} is remembered; later downloads must match` };
  };

  return {
    get,
    find: async (file, context) => {
      if ((await cache.readPin(file)) === absent) return undefined;
      try {
        return await get(file, context);
      } catch (error) {
        const status = isRegraftError(error, "download-failed") ? error.details.status : undefined;
        // Some servers forbid what they do not have; whoever asks could read the model itself.
        if (status === undefined || ![401, 403, 404, 410].includes(status)) throw error;
        await cache.writePin(file, absent);
        return undefined;
      }
    },
    has: (file) => cache.has(file),
    forget: (file) => cache.remove(file),
  };
}
