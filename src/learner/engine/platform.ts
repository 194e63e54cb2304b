// The whole difference between Node and the browser, as the learner sees it. Bound by the entries; nothing is sniffed.
import type { ImageCodec } from "../../datasets/decoder.js";
import type { FileTree } from "../../datasets/folder-photos.js";
import type { ModelFolder, Watch } from "../../models/registry.js";
import type { Runtime } from "../../runtime/session.js";
import type { CallContext } from "../border/channel.js";
import type { Storage } from "./features/storage.js";
import type { ViewMaker } from "./pictures/view-maker.js";

export interface Platform {
  readonly runtime: Runtime;
  readonly decoder: ImageCodec;
  /** Where it has workers for them, makes views of photos. */
  readonly views?: ViewMaker;
  readonly photos: FileTree;
  /** The package's `models/`. */
  readonly models: ModelFolder;
  readonly files: Files;
  /** A folder that files are kept in; it need not be there yet. */
  readonly storage: (folder: string) => Storage | Promise<Storage>;
  readonly downloads: Downloads;
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
   * @param obsolete files to remove where they are, once the others are written.
   * @throws RegraftError "file-access"
   */
  writeFolder(
    path: string,
    files: ReadonlyMap<string, Uint8Array | string>,
    obsolete?: readonly string[],
  ): Promise<void>;
}

/** Files from elsewhere, kept in a cache: a file that is there as it should be is not fetched again. */
export interface Downloads {
  /**
   * Nothing is given that has not the sha256 it must have: that of `file`, or that of the first time it was fetched.
   * @throws RegraftError "download-failed", "checksum-mismatch", "file-access"
   */
  get(file: RemoteFile, context: DownloadContext): Promise<Downloaded>;
  /** The same of a file that need not exist: nothing when the server has none, or cannot be asked because of offline mode. */
  find(file: RemoteFile, context: DownloadContext): Promise<Downloaded | undefined>;
  /** Whether the cache seems to have it; `get` looks closer. */
  has(file: RemoteFile): Promise<boolean>;
  /** Removes a file from the cache, and what is remembered of it. */
  forget(file: RemoteFile): Promise<void>;
}

export interface RemoteFile {
  readonly url: string;
  /** In hexadecimal, where it is known beforehand. */
  readonly sha256?: string;
  /** Its size, where it is known beforehand. */
  readonly bytes?: number;
}

export type DownloadContext = Watch;

/** Progress of a download, among what a call tells. */
export const downloadContext = ({ signal, emit }: CallContext): DownloadContext => ({
  signal,
  onProgress: (done, total) => emit({ phase: "download", done, total }),
});

export interface Downloaded {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /**
   * For the user. Set the first time, when nothing was known of the file: what is remembered of it from now on. And
   * where a browser keeps nothing: why it must be downloaded again.
   */
  readonly notice: string | undefined;
}

/** A path's last part. */
export const baseName = (path: string): string => /([^/\\]*)[/\\]*$/.exec(path)?.[1] ?? path;

/** The folder a file lies in. */
export const folderOf = (path: string): string => /^(.*)[/\\][^/\\]*$/.exec(path)?.[1] ?? ".";

/** Joins with the separator that every platform accepts. */
export const join = (folder: string, file: string): string => `${folder.replace(/[/\\]+$/, "")}/${file}`;
