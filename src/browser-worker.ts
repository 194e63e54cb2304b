// The Web Worker's entry: one engine, served to the page that made it.
import { serve } from "./learner/border/channel.js";
import { holdLife, type WorkerStart } from "./learner/browser/host.js";
import { browserPlatform } from "./learner/browser/platform.js";
import { createEngine } from "./learner/engine/create-engine.js";

// The one file in models/ that is no entry. Bundlers find it by this line, and take it along.
const embedded = new URL("../models/efficientnet-lite0.onnx", import.meta.url);

// Likewise.
const startPictures = (): Worker =>
  new Worker(new URL("./browser-picture-worker.js", import.meta.url), { type: "module" });

addEventListener(
  "message",
  ({ data }: MessageEvent<WorkerStart>) => {
    const { kind, base, models, wasmPaths } = data;
    const modelAddress = (file: string): URL => (models === undefined ? embedded : new URL(file, models));
    holdLife(data);
    const platform = browserPlatform({ base, modelAddress, wasmPaths, startPictures });
    const port = {
      post: (message: unknown) => postMessage(message),
      listen: (onMessage: (message: unknown) => void) => addEventListener("message", ({ data }) => onMessage(data)),
    };
    serve(port, createEngine[kind](platform), () => {});
  },
  { once: true },
);
