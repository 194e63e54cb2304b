// The whole difference between Node and the browser, as the learner sees it. Bound by the entries; nothing is sniffed.
import type { ImageDecoder } from "../../datasets/decoder.js";
import type { FileTree } from "../../datasets/folder-photos.js";
import type { ModelFolder } from "../../models/registry.js";
import type { Runtime } from "../../runtime/session.js";

export interface Platform {
  readonly runtime: Runtime;
  readonly decoder: ImageDecoder;
  readonly photos: FileTree;
  /** The package's `models/`. */
  readonly models: ModelFolder;
  readonly files: Files;
}

export interface Files {
  /** What is at `path`. */
  kind(path: string): Promise<"file" | "directory" | undefined>;
  /** @throws RegraftError "file-access" */
  read(path: string): Promise<Uint8Array>;
  /**
   * Reads a file that a model names, relative to the model's own folder; never outside of it, links followed.
   * @throws RegraftError "file-access" or "invalid-model"
   */
  readBeside(modelPath: string, location: string): Promise<Uint8Array>;
  /**
   * Writes a folder. A new one appears whole or not at all; in one that exists every file is replaced whole, once all
   * are written, and what else lies there is left alone.
   * @param files contents by path relative to the folder.
   * @throws RegraftError "file-access"
   */
  writeFolder(path: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void>;
}

/** A path's last part. */
export const baseName = (path: string): string => /([^/\\]*)[/\\]*$/.exec(path)?.[1] ?? path;

/** The folder a file lies in. */
export const folderOf = (path: string): string => /^(.*)[/\\][^/\\]*$/.exec(path)?.[1] ?? ".";

/** Joins with the separator that every platform accepts. */
export const join = (folder: string, file: string): string => `${folder.replace(/[/\\]+$/, "")}/${file}`;
