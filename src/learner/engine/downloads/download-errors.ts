// What users are told when a file cannot be had: why, and what to do.
import { RegraftError } from "../../../errors.js";
import { shownUrl } from "../../../models/remote-model.js";
import type { RemoteFile } from "../platform.js";
import type { Failure } from "./download-failure.js";

/** What a platform's users can do, in words. */
export interface Advice {
  /** How to come by the file in another way, in a sentence. */
  readonly byHand: string;
  /** How to forget what the file was the first time, as what follows "If the change is meant,". */
  readonly forget: string;
}

export function downloadFailed(file: RemoteFile, { reason, facts }: Failure, { byHand }: Advice): RegraftError {
  const { status, remedy = "Try again later." } = facts;
  const url = shownUrl(file.url);
  // By hand nobody gets what is not there.
  const advice = status === 404 || status === 410 ? remedy : `${remedy} ${byHand}`;
  return new RegraftError(
    "download-failed",
    { url, reason, ...(status !== undefined && { status }) },
    `Cannot download ${url}: ${reason}. ${advice}`,
    { cause: facts.cause },
  );
}

/** For what came over the network and is already deleted. */
export function wrongContent(file: RemoteFile, expected: string, received: string, advice: Advice): RegraftError {
  const url = shownUrl(file.url);
  const [what, remedy] =
    file.sha256 === undefined
      ? [
          `is not the file that it was the first time: its sha256 is ${received}, then it was ${expected}`,
          `If the change is meant, ${advice.forget}. What a revision names (hf:owner/name@commit) never changes.`,
        ]
      : [
          `is not the file that regraft knows: its sha256 is ${received}, it must be ${expected}`,
          `Try again; if it stays so, the server or something on the way changes the file. ${advice.byHand}`,
        ];
  const message = `What came from ${url} ${what}. It has been deleted. ${remedy}`;
  return new RegraftError("checksum-mismatch", { url, expected, received }, message);
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
