// Who makes views of photos, and the workers that a platform has for it.
import type { ViewJob } from "../../../datasets/augment/make-views.js";

export interface ViewMaker {
  /**
   * See `makeViews`.
   * @throws RegraftError "unreadable-image"
   */
  make(job: ViewJob): Promise<readonly Uint8Array[]>;
  /** Gives up what is under way, whose promises reject, and all workers. Asked again, it begins anew. */
  end(): Promise<void>;
}

/** Workers that serve `serveViews`. */
export interface PictureWorkers {
  /** How many to start. */
  readonly count: number;
  /** May throw where there can be none. */
  start(): PictureWorker;
}

export interface PictureWorker {
  post(message: unknown): void;
  /** @param onEnd called when no message will come any more: it cannot start, has failed, or has ended. */
  listen(onMessage: (message: unknown) => void, onEnd: () => void): void;
  /** Whether the process, where nothing else keeps it alive, has to wait for it. */
  hold(busy: boolean): void;
  /** It may be in the middle of something. */
  end(): Promise<void>;
}
