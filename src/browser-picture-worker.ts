// The entry of a browser's workers for pictures: photos decoded and varied, for the learner's worker that has started it.
import { createBrowserDecoder } from "./datasets/browser.js";
import type { PictureStart } from "./learner/browser/picture-workers.js";
import { serveViews } from "./learner/engine/pictures/serve-views.js";

addEventListener(
  "message",
  ({ data: { base, life } }: MessageEvent<PictureStart>) => {
    const port = {
      post: (message: unknown, transfer: ArrayBuffer[]) => postMessage(message, { transfer }),
      listen: (onMessage: (message: unknown) => void) => addEventListener("message", ({ data }) => onMessage(data)),
    };
    void navigator.locks.request(life, () => {
      serveViews(port, createBrowserDecoder(base));
      return new Promise<never>(() => {});
    });
  },
  { once: true },
);
