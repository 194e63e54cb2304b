// The browser's side of the platform. Nothing is fetched until it is used.
import { createBrowserDecoder } from "../../datasets/browser.js";
import { browserFileTree } from "../../datasets/browser-file-tree.js";
import { createWebRuntime } from "../../runtime/web.js";
import type { Downloads, Platform } from "../engine/platform.js";
import { browserFiles } from "./files.js";
import { browserModelFolder } from "./model-folder.js";

export interface BrowserPlaces {
  /** The page's address, which those of photos may be relative to. */
  readonly base: string;
  /** The address of a file in the package's `models/`. */
  readonly modelAddress: (file: string) => URL;
  /** See `WebRuntimeOptions`. */
  readonly wasmPaths: string | undefined;
}

export const browserPlatform = ({ base, modelAddress, wasmPaths }: BrowserPlaces): Platform => ({
  runtime: createWebRuntime({ wasmPaths }),
  decoder: createBrowserDecoder(base),
  photos: browserFileTree(base),
  models: browserModelFolder(modelAddress),
  files: browserFiles(base),
  storage: async (folder) => (await import("./storage.js")).browserStorage(folder),
  downloads,
});

const ours = async (): Promise<Downloads> => (await import("./downloads/downloads.js")).browserDownloads();

const downloads: Downloads = {
  get: async (...args) => (await ours()).get(...args),
  find: async (...args) => (await ours()).find(...args),
  has: async (...args) => (await ours()).has(...args),
  forget: async (...args) => (await ours()).forget(...args),
};
