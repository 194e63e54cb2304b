// Workers for pictures on Node: threads of the learner's own. Nothing native but sharp runs in them, so they can be ended at any time.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { PictureWorkers } from "../engine/pictures/view-maker.js";
import { workersFor } from "../engine/pictures/view-pool.js";

/** @param script the worker's file, see node-picture-worker.ts. */
export const nodePictureWorkers = (script: URL): PictureWorkers => ({
  count: workersFor(availableParallelism()),
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
