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
   * Calls that train, or rehearse training, or change what is trained.
   * @throws RegraftError "busy" while others are under way
   */
  readonly alone: <R>(name: string, work: () => Promise<R>) => Promise<R>;
  /** See `Connection`. */
  readonly save: Connection<LearnerEngine>["save"];
  /** Calls under way reject with "disposed". */
  dispose(): Promise<void>;
}

export function engineCalls(connection: Connection<LearnerEngine>): EngineCalls {
  const disposal = new AbortController();
  const call: EngineCalls["call"] = (method, argument, { signal, onProgress }, onResults) => {
    const onEvent = (event: EngineEvent): void => {
      if (event.phase === "results") onResults?.(event);
      else onProgress?.(event);
    };
    return callUntilDisposed(connection, disposal.signal, method, argument, { signal, onEvent });
  };
  return {
    call,
    alone: createExclusive(),
    save: connection.save,
    dispose: async () => {
      disposal.abort(disposed("learner"));
      await connection.close();
    },
  };
}
