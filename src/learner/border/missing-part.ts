// Parts of the package that are fetched when they are first needed, and cannot be had then.
import { RegraftError } from "../../errors.js";

/** What Chromium and Firefox, and what Safari says when an `import()` finds nothing. */
const words = /dynamically imported module|^Importing a module script failed/;

/** The error for one of ours that is missing; undefined where `error` tells of something else. */
export function missingPart(error: unknown): RegraftError | undefined {
  if (!(error instanceof TypeError && words.test(error.message))) return undefined;
  const reason = "a part of regraft could not be loaded";
  const message =
    `A part of regraft could not be loaded (${error.message}). Check the connection, and that all files of the package's ` +
    "dist/ are served, of one version; then create a new learner.";
  return new RegraftError("worker-failed", { reason }, message, { cause: error });
}
