// Workers for pictures in a browser: Web Workers of the learner's own, where the page's bundler and policies leave it any.
import type { PictureDecoder } from "../../datasets/decoder.js";
import type { PictureWorkers, ViewMaker } from "../engine/pictures/view-maker.js";
import { viewPool, workersFor } from "../engine/pictures/view-pool.js";

/** What a worker is told first. */
export interface PictureStart {
  /** See `BrowserPlaces`. */
  readonly base: string;
  /** A lock that the worker holds for as long as it lives. */
  readonly life: string;
}

/** @param start makes a worker; a bundler has to see its address where it is made. */
export const browserViews = (decoder: PictureDecoder, base: string, start: () => Worker): ViewMaker =>
  viewPool(decoder, browserPictureWorkers(base, start));

export const browserPictureWorkers = (base: string, start: () => Worker): PictureWorkers => ({
  count: workersFor(navigator.hardwareConcurrency),
  start: () => {
    const worker = start();
    const life = `regraft pictures ${crypto.randomUUID()}`;
    worker.postMessage({ base, life } satisfies PictureStart);
    return {
      post: (message) => worker.postMessage(message),
      listen: (onMessage, onEnd) => {
        worker.addEventListener("message", ({ data }) => onMessage(data));
        // Of a worker that ends without an error a browser says nothing; its lock, which it has once it speaks, becomes free.
        worker.addEventListener("message", () => void navigator.locks.request(life, () => onEnd()), { once: true });
        worker.addEventListener("messageerror", () => onEnd());
        worker.addEventListener("error", (event) => {
          // Its mistakes would be those of the learner's worker as well, which would have failed.
          event.preventDefault();
          onEnd();
        });
      },
      // What a page's worker is at does not keep it alive.
      hold: () => {},
      end: async () => worker.terminate(),
    };
  },
});
