// The browser's side of the platform. Nothing is fetched until it is used.
import { createBrowserDecoder } from "../../datasets/browser.js";
import { browserFileTree } from "../../datasets/browser-file-tree.js";
import type { PictureDecoder } from "../../datasets/decoder.js";
import { createWebRuntime } from "../../runtime/web.js";
import type { ViewMaker } from "../engine/pictures/view-maker.js";
import type { Downloads, Files, Platform } from "../engine/platform.js";
import { browserModelFolder } from "./model-folder.js";

export interface BrowserPlaces {
  /** The page's address, which those of photos may be relative to. */
  readonly base: string;
  /** The address of a file in the package's `models/`. */
  readonly modelAddress: (file: string) => URL;
  /** See `WebRuntimeOptions`. */
  readonly wasmPaths: string | undefined;
  /** Starts a worker for pictures, see browser-picture-worker.ts. */
  readonly startPictures: () => Worker;
}

export function browserPlatform({ base, modelAddress, wasmPaths, startPictures }: BrowserPlaces): Platform {
  const decoder = createBrowserDecoder(base);
  return {
    runtime: createWebRuntime({ wasmPaths }),
    decoder,
    views: viewsBy(decoder, base, startPictures),
    photos: browserFileTree(base),
    models: browserModelFolder(modelAddress),
    files: filesFrom(base),
    storage: async (folder) => (await import("./storage.js")).browserStorage(folder),
    downloads,
  };
}

function viewsBy(...how: [decoder: PictureDecoder, base: string, start: () => Worker]): ViewMaker {
  let pool: ViewMaker | undefined;
  return {
    make: async (job) => {
      const { browserViews } = await import("./picture-workers.js");
      pool ??= browserViews(...how);
      return pool.make(job);
    },
    end: async () => pool?.end(),
  };
}

function filesFrom(base: string): Files {
  const load = async (): Promise<Files> => (await import("./files.js")).browserFiles(base);
  return {
    kind: async (...args) => (await load()).kind(...args),
    read: async (...args) => (await load()).read(...args),
    readBeside: async (...args) => (await load()).readBeside(...args),
    writeFolder: async (...args) => (await load()).writeFolder(...args),
  };
}

const loadDownloads = async (): Promise<Downloads> => (await import("./downloads/downloads.js")).browserDownloads();

const downloads: Downloads = {
  get: async (...args) => (await loadDownloads()).get(...args),
  find: async (...args) => (await loadDownloads()).find(...args),
  has: async (...args) => (await loadDownloads()).has(...args),
  forget: async (...args) => (await loadDownloads()).forget(...args),
};
