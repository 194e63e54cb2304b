// Engines on Node: each in a worker thread of its own, so that the caller's event loop stays free.
import { Worker } from "node:worker_threads";
import { RegraftError } from "../../errors.js";
import { closeGate, createGate } from "../../runtime/run-gate.js";
import { localChannel, remoteChannel } from "../border/channel.js";
import type { Connection, Engines, Host } from "../border/host.js";
import { createEngine } from "../engine/create-engine.js";
import type { Platform } from "../engine/platform.js";

/** What a worker is started with. */
export interface WorkerData {
  readonly kind: keyof Engines;
  readonly gate: SharedArrayBuffer;
}

/** Engines in the caller's own thread, which they block: for those who are in a worker of their own already. */
export const localHost = (platform: Platform): Host => ({
  connect: (kind) => {
    const channel = localChannel<{ close(): Promise<void> }>(createEngine[kind](platform));
    return { channel, close: () => channel.call("close", undefined as never) } as Connection<Engines[typeof kind]>;
  },
});

/** @param script the worker's file, see node-worker.ts. */
export const workerHost = (script: URL): Host => ({
  connect: <K extends keyof Engines>(kind: K): Connection<Engines[K]> => {
    const gate = createGate();
    const workerData: WorkerData = { kind, gate };
    // The caller's flags (loaders, --input-type) are not the worker's.
    const worker = new Worker(script, { workerData, execArgv: [] });
    const port = {
      post: (message: unknown) => worker.postMessage(message),
      listen: (onMessage: (message: unknown) => void) => worker.on("message", onMessage),
    };
    // An idle worker does not keep the process alive, one at work does.
    let closing = false;
    const channel = remoteChannel<Engines[K]>(port, (busy) => (busy || closing ? worker.ref() : worker.unref()));
    worker.unref();
    gates.add(gate);
    const ended = new Promise<void>((resolve) => {
      worker.on("exit", (code) => {
        gates.delete(gate);
        channel.fail(workerFailed(`it ended with code ${code}`));
        resolve();
      });
    });
    worker.on("error", (cause) => channel.fail(workerFailed(cause.message, cause)));
    return {
      channel,
      close: async () => {
        closing = true;
        // Also a worker that has failed must be waited for: unheld, the process would end before its caller is told.
        worker.ref();
        await channel.call("close" as never, undefined as never).catch(() => {});
        await ended;
      },
    };
  },
});

function workerFailed(reason: string, cause?: unknown): RegraftError {
  const message = `The worker of this learner has failed: ${reason}. Create a new learner.`;
  return new RegraftError("worker-failed", { reason }, message, { cause });
}

/** Gates of the workers that live. */
const gates = new Set<SharedArrayBuffer>();
// No run lasts longer than about 200 ms, loading a large model may.
const patience = 5000;
process.on("exit", () => {
  for (const gate of gates) closeGate(gate, patience);
});
