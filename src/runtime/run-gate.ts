// Keeps a process from ending while another of its threads does what must not be cut off: ONNX Runtime would abort the
// whole process, a folder would stay half written. Both sides share eight bytes; closing the gate waits for the work
// under way.
import type { Runtime, Session } from "./session.js";

const closed = 0;
const busy = 1;

export const createGate = (): SharedArrayBuffer => new SharedArrayBuffer(8);

/**
 * Lets no new work begin and waits, at most `patience` ms, for the one under way. Blocks: for the process's last act.
 * @returns whether none is under way any more.
 */
export function closeGate(gate: SharedArrayBuffer, patience: number): boolean {
  const flags = new Int32Array(gate);
  Atomics.store(flags, closed, 1);
  return Atomics.wait(flags, busy, 1, patience) !== "timed-out";
}

/** Does work inside the gate, one piece at a time; behind a closed gate it neither begins nor settles. */
export function insideGate(gate: SharedArrayBuffer): <R>(work: () => Promise<R>) => Promise<R> {
  const flags = new Int32Array(gate);
  const leave = () => {
    Atomics.store(flags, busy, 0);
    Atomics.notify(flags, busy);
  };
  return async (work) => {
    // First busy, then the look at the gate: the closing side does it the other way round, so one of them sees the other.
    Atomics.store(flags, busy, 1);
    if (Atomics.load(flags, closed) === 1) {
      leave();
      // The process is ending: nothing more will be done, so nothing more is answered.
      return new Promise<never>(() => {});
    }
    return work().finally(leave);
  };
}

/** A runtime whose every use of the native library happens inside the gate. */
export function gated(runtime: Runtime, gate: SharedArrayBuffer): Runtime {
  const inside = insideGate(gate);
  const guard = (session: Session): Session => ({
    ...session,
    run: (feeds) => inside(() => session.run(feeds)),
    runOnDevice: (feeds) => inside(() => session.runOnDevice(feeds)),
    release: () => inside(() => session.release()),
  });
  return {
    ...runtime,
    createSession: async (...args) => guard(await inside(() => runtime.createSession(...args))),
  };
}
