// The option `cache`: where the features of photos are kept.
import { checkFields } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import type { LearnerSpec } from "./border/spec.js";

export interface CacheOptions {
  /** Bytes that features may take in memory; default 2 GiB. */
  readonly memoryLimit?: number;
  /**
   * A folder to keep features in, so that the next learner finds those of photos that have not changed, and to train
   * from where they take more than `memoryLimit`. Default: none, nothing is written.
   */
  readonly folder?: string;
}

/** @throws RegraftError "invalid-argument" */
export function cacheOf(cache: CacheOptions = {}): LearnerSpec["cache"] {
  const { memoryLimit = 2 ** 31, folder } = checkFields("cache", cache, { memoryLimit: true, folder: true });
  if (!(typeof memoryLimit === "number" && memoryLimit > 0))
    throw invalidArgument("cache.memoryLimit", "a positive number of bytes", memoryLimit);
  if (folder !== undefined && (typeof folder !== "string" || folder === ""))
    throw invalidArgument("cache.folder", "the path of a folder", folder);
  return { memoryLimit, folder };
}
