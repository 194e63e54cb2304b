// Workers for pictures in the test's own thread, behind real ports: everything is cloned, or moved, as between threads.
import { MessageChannel } from "node:worker_threads";
import type { PictureDecoder } from "../../src/datasets/decoder.js";
import { serveViews, type ViewAnswer, type ViewRequest } from "../../src/learner/engine/pictures/serve-views.js";
import type { PictureWorkers } from "../../src/learner/engine/pictures/view-maker.js";

export interface NearWorker {
  /** What it was asked for. */
  readonly asked: ViewRequest[];
  readonly answered: ViewAnswer[];
  /** Ends it as a crash does: it says nothing more. */
  crash(): void;
  readonly hasEnded: () => boolean;
  readonly held: () => boolean;
}

/** @param count how many. */
export function nearWorkers(decoder: PictureDecoder, count = 2): PictureWorkers & { readonly started: NearWorker[] } {
  const started: NearWorker[] = [];
  return {
    count,
    started,
    start: () => {
      const { port1, port2 } = new MessageChannel();
      const asked: ViewRequest[] = [];
      const answered: ViewAnswer[] = [];
      let [hasEnded, held] = [false, false];
      let tellEnd = (): void => {};
      serveViews(
        {
          post: (message, transfer) => port2.postMessage(message, transfer),
          listen: (onMessage) => port2.on("message", onMessage),
        },
        decoder,
      );
      const close = (): void => {
        hasEnded = true;
        port1.close();
      };
      started.push({
        ...{ asked, answered, hasEnded: () => hasEnded, held: () => held },
        crash: () => {
          close();
          tellEnd();
        },
      });
      return {
        post: (message) => {
          asked.push(message as ViewRequest);
          port1.postMessage(message);
        },
        listen: (onMessage, onEnd) => {
          tellEnd = onEnd;
          port1.on("message", (message) => {
            if (typeof message === "object") answered.push(message);
            onMessage(message);
          });
        },
        hold: (busy) => {
          held = busy;
        },
        end: async () => close(),
      };
    },
  };
}
