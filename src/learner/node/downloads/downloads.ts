// Downloads on Node: a folder of files, each where its address says.
import { rm, stat } from "node:fs/promises";
import { isRegraftError } from "../../../errors.js";
import { type Content, type Known, keptDownloads } from "../../engine/downloads/kept-downloads.js";
import { pinPath } from "../../engine/downloads/pin.js";
import type { DownloadContext, Downloads, RemoteFile } from "../../engine/platform.js";
import { failed } from "../files.js";
import { readContent } from "./cache-content.js";
import { cacheFolder, cachePath, type Variables } from "./cache-folder.js";
import { readPin, writePin } from "./cache-pin.js";
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
  const downloads = keptDownloads({
    has: async (file) => (await sizeOf(cached(file))) !== undefined,
    read: async (file, signal) => readCached(cached(file), signal),
    readPin: async (file) => readPin(cached(file).path),
    writePin: async (file, pin) => {
      const place = cached(file);
      await writePin(place.path, pin).catch((cause) => notKept(place, cause));
    },
    remove: async (file) => {
      const { path } = cached(file);
      for (const gone of [path, pinPath(path)]) await rm(gone, { force: true });
    },
    fetch: async (file, known, context) => fetchFile(cached(file), known, settings(), context),
  });
  return {
    ...downloads,
    find: async (file, context) =>
      settings().offline && !(await downloads.has(file)) ? undefined : downloads.find(file, context),
  };
}

async function fetchFile(
  file: CachedFile,
  { expected, found }: Known,
  settings: DownloadSettings,
  context: DownloadContext,
): Promise<Content> {
  const { offline } = settings;
  if (offline && found) throw damagedContent(file, expected!, found.sha256, offline);
  const other = await otherFile(file, found);
  if (offline) throw downloadForbidden(file, offline, other);
  return downloadFile(file, expected, settings, context).catch((error) => {
    throw isRegraftError(error, "download-failed") && other ? besides(error, other) : error;
  });
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
