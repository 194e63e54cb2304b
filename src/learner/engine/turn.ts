// A turn for messages: a run of the runtime holds the thread, and what was sent to the worker meanwhile, such as that a call
// is cancelled, is only read when nothing else is to be done.

/** Node's, after all messages that are there; a timer may come before them. */
const soon: (then: () => void) => void = "setImmediate" in globalThis ? setImmediate : (then) => setTimeout(then, 0);

/** @throws the signal's reason, also where it was aborted while the thread was busy. */
export async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    soon(resolve);
  });
  signal?.throwIfAborted();
}
