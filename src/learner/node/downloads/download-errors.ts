// What users are told of files in the cache on Node, and how to fetch them by hand.
import { RegraftError } from "../../../errors.js";
import { shownUrl } from "../../../models/remote-model.js";
import { type Advice, megabytes } from "../../engine/downloads/download-errors.js";
import { pinPath } from "../../engine/downloads/pin.js";
import type { RemoteFile } from "../../engine/platform.js";
import { failed } from "../files.js";

/** A file and its place in the cache. */
export interface CachedFile extends RemoteFile {
  readonly path: string;
}

export const adviceFor = (file: CachedFile): Advice => ({
  byHand: byHand(file),
  forget: `remove ${pinPath(file.path)}`,
});

/** The same error, saying more. */
export const besides = ({ details, message, cause }: RegraftError<"download-failed">, sentence: string): RegraftError =>
  new RegraftError("download-failed", details, `${message} ${sentence}`, { cause });

/**
 * @param variable the environment variable that says so.
 * @param other what is wrong with the file in the cache, if there is one.
 */
export function downloadForbidden(file: CachedFile, variable: string, other?: string): RegraftError {
  const url = shownUrl(file.url);
  const reason = `${variable} forbids downloads, and the cache does not have the file`;
  const advice = [byHand(file), other].filter(Boolean).join(" ");
  return new RegraftError("download-failed", { url, reason }, `Cannot download ${url}: ${reason}. Unset it. ${advice}`);
}

/** For a file in the cache that cannot be fetched again. */
export function damagedContent(file: CachedFile, expected: string, received: string, variable: string): RegraftError {
  const url = shownUrl(file.url);
  const message =
    `${file.path} is not what ${url} gives: its sha256 is ${received}, it must be ${expected}. ` +
    `It cannot be fetched again because ${variable} forbids downloads. Unset it. ${byHand(file)}`;
  return new RegraftError("checksum-mismatch", { url, expected, received }, message);
}

/** Throws what the file system said as "file-access". */
export function notKept({ path, bytes }: CachedFile, cause: unknown): never {
  const needed = bytes === undefined ? "" : ` for ${megabytes(bytes)}`;
  failed(path, "write", cause, `Make room${needed}, or set REGRAFT_CACHE to a folder that you may write to.`);
}

function byHand({ url, bytes, sha256, path }: CachedFile): string {
  const facts = [bytes !== undefined && megabytes(bytes), sha256 && `sha256 ${sha256}`].filter(Boolean).join(", ");
  const what = `${shownUrl(url)}${facts && ` (${facts})`}`;
  return `By hand: download ${what} and save it as ${path}, or give the path of your copy as the model.`;
}
