// Workers for pictures on Node: threads of the learner's own. Nothing native but sharp runs in them, so they can be ended at any time.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { PictureWorkers } from "../engine/pictures/view-maker.js";

// Each makes some 200 views a second: four keep up with a frozen network of 400 photos a second where a photo has two.
const most = 4;

/** @param script the worker's file, see node-picture-worker.ts. */
export const nodePictureWorkers = (script: URL): PictureWorkers => ({
  // The runtime and the learner's own thread take turns on what is left.
  count: Math.min(most, Math.max(1, availableParallelism() - 1)),
  start: () => {
    // As of the learner's worker: the caller's flags are not this one's.
    const worker = new Worker(script, { execArgv: [] });
    worker.unref();
    return {
      post: (message) => worker.postMessage(message),
      listen: (onMessage, onEnd) => {
        worker.on("message", onMessage);
        for (const event of ["error", "messageerror", "exit"]) worker.on(event, onEnd);
      },
      hold: (busy) => (busy ? worker.ref() : worker.unref()),
      end: async () => {
        // Unheld, the process could end before its caller is told.
        worker.ref();
        await worker.terminate();
      },
    };
  },
});
