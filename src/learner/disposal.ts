// Calls to an engine that end when its owner is disposed.
import { checkSignal } from "../arguments.js";
import { RegraftError } from "../errors.js";
import type { ArgumentOf, CallOptions, ResultOf } from "./border/channel.js";
import type { Connection } from "./border/host.js";

/** @param disposal aborted, with `disposed()` as its reason, when the owner is. */
export async function callUntilDisposed<E extends object, M extends keyof E & string>(
  { channel }: Connection<E>,
  disposal: AbortSignal,
  method: M,
  argument: ArgumentOf<E[M]>,
  { signal, onEvent }: CallOptions,
): Promise<ResultOf<E[M]>> {
  disposal.throwIfAborted();
  checkSignal(signal);
  const either = signal ? AbortSignal.any([signal, disposal]) : disposal;
  return channel.call(method, argument, { signal: either, onEvent });
}

export const disposed = (object: "learner" | "classifier"): RegraftError =>
  new RegraftError("disposed", { object }, `This ${object} is disposed. Create a new one.`);
