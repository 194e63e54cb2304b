// Downloads in a browser: kept in the origin private file system, as far as the browser keeps anything for the page.
import { isRegraftError, type RegraftError } from "../../../errors.js";
import { type Advice, downloadFailed, wrongContent } from "../../engine/downloads/download-errors.js";
import { Failure } from "../../engine/downloads/download-failure.js";
import { type Content, keptDownloads } from "../../engine/downloads/kept-downloads.js";
import { pinIn, pinPath, pinText } from "../../engine/downloads/pin.js";
import type { Storage } from "../../engine/features/storage.js";
import type { DownloadContext, Downloads, RemoteFile } from "../../engine/platform.js";
import { sha256 } from "../../engine/sha256.js";
import { browserStorage } from "../storage.js";
import { defaultFetchSettings, type FetchSettings, fetchFile } from "./fetch-file.js";

export interface DownloadOptions extends Partial<FetchSettings> {
  /** Default: the folder `regraft`. */
  readonly storage?: Storage;
}

/** @param options for tests. */
export function browserDownloads({ storage = browserStorage("regraft"), ...rest }: DownloadOptions = {}): Downloads {
  const settings = { ...defaultFetchSettings, ...rest };
  const sizeOf = async (name: string): Promise<number | undefined> =>
    (await orNothing(storage.list()))?.find((file) => file.name === name)?.size;
  const readWhole = async (name: string): Promise<Uint8Array | undefined> => {
    const size = await sizeOf(name);
    if (size === undefined) return undefined;
    const bytes = new Uint8Array(size);
    return orNothing(storage.read(name, 0, bytes).then(() => bytes));
  };
  const has = async (file: RemoteFile): Promise<boolean> => {
    const size = await sizeOf(await nameOf(file));
    return size !== undefined && size === (file.bytes ?? size);
  };
  return keptDownloads({
    has,
    read: async (file, signal) => {
      const bytes = (await has(file)) ? await readWhole(await nameOf(file)) : undefined;
      signal.throwIfAborted();
      return bytes && { bytes, sha256: await sha256(bytes) };
    },
    readPin: async (file) => pinIn(new TextDecoder().decode(await readWhole(pinPath(await nameOf(file))))),
    writePin: async (file, pin) => {
      const name = await nameOf(file);
      await orNothing(storage.write(pinPath(name), new TextEncoder().encode(pinText(pin, name))));
    },
    remove: async (file) => {
      const name = await nameOf(file);
      for (const gone of [name, pinPath(name)]) await orNothing(storage.remove(gone));
    },
    fetch: async (file, { expected }, context) => {
      const content = await fetchContent(file, expected, settings, context);
      try {
        await storage.write(await nameOf(file), content.bytes);
        return content;
      } catch (error) {
        return { ...content, unkept: refusalOf(error).message };
      }
    },
  });
}

async function fetchContent(
  file: RemoteFile,
  expected: string | undefined,
  settings: FetchSettings,
  context: DownloadContext,
): Promise<Content> {
  const bytes = await fetchFile(file, context, settings).catch((error) => {
    throw error instanceof Failure ? downloadFailed(file, error, advice) : error;
  });
  const content = { bytes, sha256: await sha256(bytes) };
  context.signal.throwIfAborted();
  if (expected !== undefined && content.sha256 !== expected) throw wrongContent(file, expected, content.sha256, advice);
  return content;
}

const advice: Advice = {
  byHand: "Or get the file in another way, and give its bytes as the model.",
  forget: "delete what the browser keeps for this site",
};

/** The whole address as a hash, then what a person knows the file by. */
async function nameOf({ url }: RemoteFile): Promise<string> {
  const hash = await sha256(new TextEncoder().encode(url));
  const title = (new URL(url).pathname.split("/").at(-1) ?? "").replace(/[^\w.-]/g, "_").slice(-80);
  return `${hash.slice(0, 32)}-${title}`;
}

/** What cannot be reached is not kept. */
const orNothing = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error) => {
    refusalOf(error);
    return undefined;
  });

/** The browser's refusal to keep something; anything else is thrown. */
function refusalOf(error: unknown): RegraftError {
  if (isRegraftError(error, "file-access")) return error;
  throw error;
}
