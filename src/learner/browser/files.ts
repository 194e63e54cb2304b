// Files in a browser, as far as a model may be one: those that the page's own server has, at addresses relative to the page.
import { RegraftError } from "../../errors.js";
import { Failure } from "../engine/downloads/download-failure.js";
import type { Files } from "../engine/platform.js";
import { defaultFetchSettings, type FetchSettings, fetchFile, isPage, unwatched } from "./downloads/fetch-file.js";

/**
 * @param base the page's address.
 * @param settings for tests.
 */
export function browserFiles(base: string, settings: FetchSettings = defaultFetchSettings): Files {
  const read = (path: string): Promise<Uint8Array> =>
    fetchFile({ url: new URL(path, base).href }, unwatched, settings).catch((error) => {
      throw error instanceof Failure ? unreadable(path, error) : error;
    });
  return {
    // Servers do not tell folders from files: what has no extension is taken for a folder, of models named by a path.
    kind: async (path) => {
      if (!path.includes("/")) return undefined;
      if (!/\.[^/]+$/.test(path)) return "directory";
      if (/\.onnx$/i.test(path)) return "file";
      return (await isServed(new URL(path, base).href)) ? "file" : undefined;
    },
    read,
    readBeside: async (path, location) => {
      const folder = new URL(".", new URL(path, base)).href;
      const file = new URL(location.split("/").map(encodeURIComponent).join("/"), folder).href;
      if (file.startsWith(folder)) return read(file);
      const reason = `its data file ${location} is outside its folder`;
      throw new RegraftError("invalid-model", { source: path, reason }, `Cannot read ${path}: ${reason}.`);
    },
    writeFolder: async (path) => {
      const message =
        `Cannot write ${path}: a page in a browser has no folders. Take what is written as files in memory, and offer ` +
        "them as downloads.";
      throw new RegraftError("file-access", { path, operation: "write" }, message);
    },
  };
}

async function isServed(url: string): Promise<boolean> {
  const response = await fetch(url, { method: "HEAD", cache: "no-cache" }).catch(() => undefined);
  return response?.ok === true && !isPage(response.headers);
}

function unreadable(path: string, { reason, facts }: Failure): RegraftError {
  const remedy = facts.status === undefined && facts.remedy ? ` ${facts.remedy}` : "";
  const message =
    `Cannot read ${path}: ${reason}.${remedy} A path is an address on the page's own server, of an .onnx ` +
    "file or a folder that exportOnnx made. A model may also be a name that regraft knows, an https:// address, " +
    "hf:owner/name, or bytes: those of a File are `new Uint8Array(await file.arrayBuffer())`.";
  return new RegraftError("file-access", { path, operation: "read" }, message);
}
