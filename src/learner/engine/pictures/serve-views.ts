// The side of the pool that is in its workers: requests in, views out.
import { makeViews, type ViewJob } from "../../../datasets/augment/make-views.js";
import type { PictureDecoder } from "../../../datasets/decoder.js";

export interface ViewRequest {
  readonly id: number;
  readonly job: ViewJob;
}

export interface ViewAnswer {
  readonly id: number;
  /** Absent where they cannot be made: who asked finds out why, trying it. */
  readonly views?: readonly Uint8Array[];
}

/** What a worker says first. */
export const workerReady = "ready";

export interface ViewPort {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  listen(onMessage: (message: unknown) => void): void;
}

// Node decodes four photos in parallel. All that are asked for at once would not fit into memory.
const atATime = 4;

/** Answers in the order in which views are made. */
export function serveViews({ post, listen }: ViewPort, decoder: PictureDecoder): void {
  const turnstile = createTurnstile(atATime);
  listen((message) => {
    const { id, job } = message as ViewRequest;
    void turnstile(() => makeViews(job, decoder)).then(
      (views) =>
        post(
          { id, views } satisfies ViewAnswer,
          views.map(({ buffer }) => buffer as ArrayBuffer),
        ),
      () => post({ id } satisfies ViewAnswer, []),
    );
  });
  post(workerReady, []);
}

/** Lets so many in at a time, in the order in which they came. */
function createTurnstile(most: number): <R>(work: () => Promise<R>) => Promise<R> {
  const queue: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside === most) await new Promise<void>((enter) => queue.push(enter));
    else inside++;
    try {
      return await work();
    } finally {
      const enter = queue.shift();
      if (enter) enter();
      else inside--;
    }
  };
}
