// Node's side of the platform. Nothing is loaded until it is used.
import { readdir, readFile } from "node:fs/promises";
import { createNodeDecoder, nodeFileTree } from "../../datasets/node.js";
import type { ModelFolder } from "../../models/registry.js";
import { createNodeRuntime } from "../../runtime/node.js";
import { viewPool } from "../engine/pictures/view-pool.js";
import type { Platform } from "../engine/platform.js";
import { nodeDownloads } from "./downloads/downloads.js";
import { nodeFiles } from "./files.js";
import { nodePictureWorkers } from "./picture-workers.js";
import { nodeStorage } from "./storage.js";

const decoder = createNodeDecoder();

/**
 * @param models the package's folder `models/`, ending in a slash.
 * @param pictures the file of the workers for pictures; absent: there are none.
 */
export const nodePlatform = (models: URL, pictures?: URL): Platform => ({
  runtime: createNodeRuntime(),
  decoder,
  ...(pictures && { views: viewPool(decoder, nodePictureWorkers(pictures)) }),
  photos: nodeFileTree,
  models: nodeModelFolder(models),
  files: nodeFiles,
  storage: nodeStorage,
  downloads: nodeDownloads(process.env),
});

export const nodeModelFolder = (folder: URL): ModelFolder => ({
  list: () => readdir(folder),
  read: (file) => readFile(new URL(file, folder)),
});
