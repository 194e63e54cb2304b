// Finds out when a server has nothing more to say.
import { Failure } from "./download-failure.js";

export interface Silence {
  /** Aborted, with a Failure, when nothing has been heard for too long. */
  readonly signal: AbortSignal;
  /** Counts from now on. */
  start(): void;
  end(): void;
}

/** @param limit milliseconds. */
export function createSilence(limit: number): Silence {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => clearTimeout(timer);
  const give = (): void => {
    const reason = `nothing came from the server for ${limit / 1000} s`;
    controller.abort(new Failure(reason, { passing: true, remedy: "Check the network, or try again later." }));
  };
  return {
    signal: controller.signal,
    start: () => {
      end();
      timer = setTimeout(give, limit);
    },
    end,
  };
}
