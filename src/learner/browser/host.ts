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
  /** A lock that the worker holds for as long as it lives. */
  readonly life: string;
  /** The folder `models/`, ending in a slash; absent: where the package, or its bundler, has put what is in it. */
  readonly models: string | undefined;
}

// As long as its scripts may take over a slow network.
const defaultPatience = 60_000;

/**
 * @param start makes the worker; a bundler has to see its address where it is made.
 * @param patience milliseconds in which the worker must have shown signs of life.
 */
export const webWorkerHost = (
  start: () => Worker,
  options: Omit<WorkerStart, "kind" | "life">,
  patience = defaultPatience,
): Host => ({
  connect: <K extends keyof Engines>(kind: K): Connection<Engines[K]> => {
    const worker = started(start);
    const port = {
      post: (message: unknown) => worker.postMessage(message),
      listen: (onMessage: (message: unknown) => void) =>
        worker.addEventListener("message", ({ data }) => onMessage(data)),
    };
    const channel = remoteChannel<Engines[K]>(port, () => {});
    const life = `regraft ${crypto.randomUUID()}`;
    const silence = setTimeout(() => channel.fail(isSilent(patience)), patience);
    port.listen((message) => {
      if (message !== alive) return;
      clearTimeout(silence);
      // Of a worker that ends without an error a browser says nothing; its lock becomes free.
      void navigator.locks.request(life, () => channel.fail(hasEnded()));
    });
    worker.addEventListener("error", (event) => {
      clearTimeout(silence);
      channel.fail(hasFailed(event));
    });
    port.post({ kind, life, ...options } satisfies WorkerStart);
    return {
      channel,
      save: download,
      close: async () => {
        await channel.call("close" as never, undefined as never).catch(() => {});
        clearTimeout(silence);
        // Only so does WebAssembly give its memory back.
        worker.terminate();
      },
    };
  },
});

/** What a worker says once it holds its lock. */
const alive = "alive";

/** The worker's side of that. */
export function holdLife({ life }: WorkerStart): void {
  void navigator.locks.request(life, () => {
    postMessage(alive);
    return new Promise<never>(() => {});
  });
}

function started(start: () => Worker): Worker {
  try {
    return start();
  } catch (cause) {
    const reason = (cause as Error).message.replace(/\.$/, "");
    throw failed(
      reason,
      "Its script must be of the page's own origin, and allowed by its Content-Security-Policy.",
      cause,
    );
  }
}

const serve =
  "Serve browser-worker.js, and the chunks beside it, where browser.js is, or say with the option `worker` where it is.";

/** Where its script cannot be had, a browser says nothing more. */
const hasFailed = ({ message, error }: ErrorEvent): RegraftError =>
  message
    ? failed(message, "Create a new learner.", error)
    : failed("its script could not be loaded, or the page's Content-Security-Policy forbids it", serve);

const hasEnded = (): RegraftError =>
  failed("the browser has ended it", "It may be short of memory: close other tabs, then create a new learner.");

const isSilent = (patience: number): RegraftError =>
  failed(`it has not begun within ${patience / 1000} seconds; its script may be another one`, serve);

const failed = (reason: string, remedy: string, cause?: unknown): RegraftError =>
  new RegraftError("worker-failed", { reason }, `The worker of this learner has failed: ${reason}. ${remedy}`, {
    cause,
  });

/** As if the user had clicked a link to it. */
function download(name: string, zip: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(zip);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
