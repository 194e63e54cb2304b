// A device's memory in tests: counts what is alive in it, and fails where something is given back twice, or used after that.
import type { DeviceTensor, Feeds, Session } from "../../src/runtime/session.js";
import type { Tensor } from "../../src/tensor.js";

export interface DeviceMemory {
  /** What is brought there, and what these sessions leave there, is counted. */
  readonly upload: (upload: Upload) => Upload;
  readonly session: (session: Session) => Session;
  readonly counts: Readonly<Counts>;
}

type Upload = (tensor: Tensor) => Promise<DeviceTensor>;

interface Counts {
  /** Tensors there at present, and at most so far. */
  alive: number;
  peak: number;
  /** Tensors that were ever there, and those that were given back. */
  made: number;
  released: number;
  reads: number;
  uploads: number;
}

export function deviceMemory(): DeviceMemory {
  const counts: Counts = { alive: 0, peak: 0, made: 0, released: 0, reads: 0, uploads: 0 };
  const behind = new Map<DeviceTensor, DeviceTensor>();
  const real = (tensor: DeviceTensor): DeviceTensor => {
    const found = behind.get(tensor);
    if (!found) throw new Error("a tensor is used after its release");
    return found;
  };
  const hold = (tensor: DeviceTensor): DeviceTensor => {
    const held: DeviceTensor = {
      dtype: tensor.dtype,
      shape: tensor.shape,
      read: async () => {
        counts.reads++;
        return real(held).read();
      },
      release: () => {
        real(held).release();
        behind.delete(held);
        counts.released++;
        counts.alive--;
      },
    };
    behind.set(held, tensor);
    counts.made++;
    counts.alive++;
    counts.peak = Math.max(counts.peak, counts.alive);
    return held;
  };
  const fed = (feeds: Feeds): Feeds =>
    Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, "data" in feed ? feed : real(feed)]));
  return {
    counts,
    upload: (upload) => async (tensor) => {
      counts.uploads++;
      return hold(await upload(tensor));
    },
    session: (session) => ({
      ...session,
      run: async (feeds) => session.run(fed(feeds)),
      runOnDevice: async (feeds) => {
        const outputs = await session.runOnDevice(fed(feeds));
        return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, hold(tensor)]));
      },
    }),
  };
}
