// A turn for messages: a run of the runtime holds the thread, and what was sent to the worker meanwhile, such as that a call
// is cancelled, is only read when nothing else is to be done.

/** After all messages that are there: Node's immediates are, and so is a message to oneself; a timer may come before them. */
const soon: (then: () => void) => void = "setImmediate" in globalThis ? setImmediate : messageToSelf();

function messageToSelf(): (then: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()!();
  return (then) => {
    waiting.push(then);
    port2.postMessage(undefined);
  };
}

/** @throws the signal's reason, also where it was aborted while the thread was busy. */
export async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    soon(resolve);
  });
  signal?.throwIfAborted();
}
