// Downloads on Node: a folder of files that are checked whenever they are used, and fetched when they are not there.
import { rm, stat } from "node:fs/promises";
import { isRegraftError } from "../../../errors.js";
import { shownUrl } from "../../../models/remote-model.js";
import type { DownloadContext, Downloaded, Downloads, RemoteFile } from "../../engine/platform.js";
import { failed } from "../files.js";
import { type Content, readContent } from "./cache-content.js";
import { cacheFolder, cachePath, type Variables } from "./cache-folder.js";
import { absent, pinPath, readPin, writePin } from "./cache-pin.js";
import { besides, type CachedFile, damagedContent, downloadForbidden, notKept } from "./download-errors.js";
import { downloadFile } from "./download-file.js";
import { type DownloadSettings, downloadSettings } from "./download-settings.js";

/**
 * @param env says where the cache is and how the network is reached, whenever a file is asked for.
 * @param overrides of the settings, for tests.
 */
export function nodeDownloads(env: Variables, overrides: Partial<DownloadSettings> = {}): Downloads {
  const cached = (file: RemoteFile): CachedFile => ({ ...file, path: cachePath(cacheFolder(env), file.url) });
  const settings = (): DownloadSettings => ({ ...downloadSettings(env), ...overrides });
  return {
    get: async (file, context) => get(cached(file), settings(), context),
    find: async (file, context) => find(cached(file), settings(), context),
    has: async (file) => (await sizeOf(cached(file))) !== undefined,
    forget: async (file) => {
      const { path } = cached(file);
      for (const gone of [path, pinPath(path)]) await rm(gone, { force: true });
    },
  };
}

async function get(file: CachedFile, settings: DownloadSettings, context: DownloadContext): Promise<Downloaded> {
  const pin = file.sha256 === undefined ? await readPin(file.path) : undefined;
  const expected = file.sha256 ?? (pin === absent ? undefined : pin);
  const content = await readCached(file, context.signal);
  if (content && (expected === undefined || content.sha256 === expected)) return remembered(file, content, expected);
  const { offline } = settings;
  if (offline && content) throw damagedContent(file, expected!, content.sha256, offline);
  const other = await otherFile(file, content);
  if (offline) throw downloadForbidden(file, offline, other);
  const fetched = await downloadFile(file, expected, settings, context).catch((error) => {
    throw isRegraftError(error, "download-failed") && other ? besides(error, other) : error;
  });
  return remembered(file, fetched, expected);
}

/** What is wrong with a file that lies in the place of this one, in a sentence: it may have been put there by hand. */
async function otherFile({ path, bytes }: CachedFile, content: Content | undefined): Promise<string | undefined> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return undefined;
  const why = content ? `its sha256 is ${content.sha256}` : `it has ${size} bytes, not ${bytes}`;
  return `What lies there now is another file, or a part of it: ${why}.`;
}

async function find(
  file: CachedFile,
  settings: DownloadSettings,
  context: DownloadContext,
): Promise<Downloaded | undefined> {
  if ((await readPin(file.path)) === absent) return undefined;
  if (settings.offline && (await sizeOf(file)) === undefined) return undefined;
  try {
    return await get(file, settings, context);
  } catch (error) {
    const status = isRegraftError(error, "download-failed") ? error.details.status : undefined;
    // Some servers forbid what they do not have; whoever asks could read the model itself.
    if (status === undefined || ![401, 403, 404, 410].includes(status)) throw error;
    await pinned(file, absent);
    return undefined;
  }
}

async function remembered(file: CachedFile, content: Content, expected: string | undefined): Promise<Downloaded> {
  if (expected !== undefined) return { ...content, notice: undefined };
  await pinned(file, content.sha256);
  const notice = `sha256 ${content.sha256} of ${shownUrl(file.url)} is remembered; later downloads must match`;
  return { ...content, notice };
}

const pinned = (file: CachedFile, pin: string): Promise<void> =>
  writePin(file.path, pin).catch((cause) => notKept(file, cause));

/** Of a file that is there, and of the right size where that is known. */
async function sizeOf({ path, bytes }: CachedFile): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() && (bytes ?? found.size) === found.size ? found.size : undefined;
}

async function readCached(file: CachedFile, signal: AbortSignal): Promise<Content | undefined> {
  if ((await sizeOf(file)) === undefined) return undefined;
  return readContent(file.path, signal).catch((cause) => {
    signal.throwIfAborted();
    return failed(file.path, "read", cause);
  });
}
