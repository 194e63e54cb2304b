// Keeps a process from ending while ONNX Runtime works in another of its threads: the runtime would abort the whole
// process (design decision 7). Both sides share eight bytes; closing the gate waits for the run under way.
import type { Runtime, Session } from "./session.js";

const closed = 0;
const busy = 1;

export const createGate = (): SharedArrayBuffer => new SharedArrayBuffer(8);

/** Lets no new run begin and waits, at most `patience` ms, for the one under way. Blocks: for the process's last act. */
export function closeGate(gate: SharedArrayBuffer, patience: number): void {
  const flags = new Int32Array(gate);
  Atomics.store(flags, closed, 1);
  Atomics.wait(flags, busy, 1, patience);
}

/** A runtime whose every use of the native library happens inside the gate. */
export function gated(runtime: Runtime, gate: SharedArrayBuffer): Runtime {
  const flags = new Int32Array(gate);
  const inside = async <R>(work: () => Promise<R>): Promise<R> => {
    // First busy, then the look at the gate: the closing side does it the other way round, so one of them sees the other.
    Atomics.store(flags, busy, 1);
    const leave = () => {
      Atomics.store(flags, busy, 0);
      Atomics.notify(flags, busy);
    };
    if (Atomics.load(flags, closed) === 1) {
      leave();
      // The process is ending: nothing more will be done, so nothing more is answered.
      return new Promise<never>(() => {});
    }
    return work().finally(leave);
  };
  const guard = (session: Session): Session => ({
    ...session,
    run: (feeds) => inside(() => session.run(feeds)),
    release: () => inside(() => session.release()),
  });
  return {
    devices: () => runtime.devices(),
    createSession: async (...args) => guard(await inside(() => runtime.createSession(...args))),
  };
}
