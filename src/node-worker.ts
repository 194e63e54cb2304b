// The worker thread's entry on Node: one engine, served through the parent's port.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { serve } from "./learner/border/channel.js";
import { createEngine } from "./learner/engine/create-engine.js";
import type { WorkerData } from "./learner/node/host.js";
import { nodePlatform } from "./learner/node/platform.js";
import { gated, insideGate } from "./runtime/run-gate.js";

// On few cores the network's and the decoder's threads keep the caller's waiting, by up to 90 ms where two cores serve
// them all. Linux gives priorities to threads: this one and those it starts step back. (Elsewhere the call would change
// the whole process.)
if (process.platform === "linux") setPriority(10);

const { kind, gate } = workerData as WorkerData;
const parent = parentPort!;
const platform = nodePlatform(
  new URL("../models/", import.meta.url),
  new URL("./node-picture-worker.js", import.meta.url),
);
const engine = createEngine[kind]({
  ...platform,
  runtime: gated(platform.runtime, gate),
  files: {
    ...platform.files,
    writeFolder: (...args) => insideGate(gate)(() => platform.files.writeFolder(...args)),
  },
});
const port = {
  post: (message: unknown) => parent.postMessage(message),
  listen: (onMessage: (message: unknown) => void) => parent.on("message", onMessage),
};
// Closing the port lets the thread end by itself; terminated in a run, the runtime would abort the process.
serve(port, engine, () => parent.close());
