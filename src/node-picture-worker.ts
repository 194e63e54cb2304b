// The entry of Node's workers for pictures: photos decoded and varied, for the learner's worker that has started it.
import { parentPort } from "node:worker_threads";
import { createNodeDecoder } from "./datasets/node.js";
import { serveViews } from "./learner/engine/pictures/serve-views.js";

const parent = parentPort!;
serveViews(
  {
    post: (message, transfer) => parent.postMessage(message, transfer),
    listen: (onMessage) => parent.on("message", onMessage),
  },
  createNodeDecoder(),
);
