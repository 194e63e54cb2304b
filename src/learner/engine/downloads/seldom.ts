// Progress as often as somebody can look at it.
import type { DownloadContext } from "../platform.js";

/** At most ten times a second, and at the end. */
export function seldom(onProgress: DownloadContext["onProgress"]): DownloadContext["onProgress"] {
  let last = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const now = performance.now();
    if (done !== total && now - last < 100) return;
    last = now;
    onProgress(done, total);
  };
}
