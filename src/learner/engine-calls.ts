// A learner's way to its engine: calls that end when it is disposed, one at a time where they train, events for whom they
// are meant.
import type { ArgumentOf, ResultOf } from "./border/channel.js";
import type { EngineEvent } from "./border/events.js";
import type { Connection } from "./border/host.js";
import type { CallOptions } from "./call-options.js";
import { callUntilDisposed, disposed } from "./disposal.js";
import type { LearnerEngine } from "./engine/engine.js";
import type { StepResults } from "./engine/training/trainer.js";
import { createExclusive } from "./exclusive.js";

type Method = keyof LearnerEngine & string;

export interface EngineCalls {
  /** @param onResults told of the steps of a training. */
  call<M extends Method>(
    method: M,
    argument: ArgumentOf<LearnerEngine[M]>,
    options: CallOptions,
    onResults?: (results: StepResults) => void,
  ): Promise<ResultOf<LearnerEngine[M]>>;
  /**
   * A call that trains, or rehearses training, or changes what is trained.
   * @throws RegraftError "busy" while another one is under way
   */
  callAlone<M extends Method>(
    method: M,
    argument: ArgumentOf<LearnerEngine[M]>,
    options: CallOptions,
  ): Promise<ResultOf<LearnerEngine[M]>>;
  /** The same of several calls. */
  readonly alone: <R>(name: string, work: () => Promise<R>) => Promise<R>;
  /** Calls under way reject with "disposed". */
  dispose(): Promise<void>;
}

export function engineCalls(connection: Connection<LearnerEngine>): EngineCalls {
  const disposal = new AbortController();
  const alone = createExclusive();
  const call: EngineCalls["call"] = (method, argument, { signal, onProgress }, onResults) => {
    const onEvent = (event: EngineEvent): void => {
      if (event.phase === "results") onResults?.(event);
      else onProgress?.(event);
    };
    return callUntilDisposed(connection, disposal.signal, method, argument, { signal, onEvent });
  };
  return {
    call,
    callAlone: (method, argument, options) => alone(method, () => call(method, argument, options)),
    alone,
    dispose: async () => {
      disposal.abort(disposed("learner"));
      await connection.close();
    },
  };
}
