// Engines in a browser: each in a Web Worker of its own, so that the page stays free.
import { RegraftError } from "../../errors.js";
import { remoteChannel } from "../border/channel.js";
import type { Connection, Engines, Host } from "../border/host.js";

/** What a worker is told first. */
export interface WorkerStart {
  readonly kind: keyof Engines;
  /** See `BrowserPlaces`. */
  readonly base: string;
  readonly wasmPaths: string | undefined;
  /** The folder `models/`, ending in a slash; absent: where the package, or its bundler, has put what is in it. */
  readonly models: string | undefined;
}

/** @param start makes the worker; a bundler has to see its address where it is made. */
export const webWorkerHost = (start: () => Worker, options: Omit<WorkerStart, "kind">): Host => ({
  connect: <K extends keyof Engines>(kind: K): Connection<Engines[K]> => {
    const worker = start();
    const port = {
      post: (message: unknown) => worker.postMessage(message),
      listen: (onMessage: (message: unknown) => void) =>
        worker.addEventListener("message", ({ data }) => onMessage(data)),
    };
    const channel = remoteChannel<Engines[K]>(port, () => {});
    worker.addEventListener("error", (event) => channel.fail(workerFailed(event)));
    port.post({ kind, ...options } satisfies WorkerStart);
    return {
      channel,
      save: download,
      close: async () => {
        await channel.call("close" as never, undefined as never).catch(() => {});
        // Only so does WebAssembly give its memory back.
        worker.terminate();
      },
    };
  },
});

/** Where its script cannot be had, a browser says nothing more. */
function workerFailed({ message, error }: ErrorEvent): RegraftError {
  const reason = message || "its script could not be loaded";
  const remedy = message
    ? "Create a new learner."
    : "Serve browser-worker.js, and the chunks beside it, where browser.js is, or say with the option `worker` where it is.";
  return new RegraftError("worker-failed", { reason }, `The worker of this learner has failed: ${reason}. ${remedy}`, {
    cause: error,
  });
}

/** As if the user had clicked a link to it. */
function download(name: string, zip: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(zip);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
