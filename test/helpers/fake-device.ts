// Devices that are not there: the real runtime on the CPU under another name, but for what is said of each.
import type { DeviceName, DeviceOffer } from "../../src/runtime/devices.js";
import { runtimeFailed } from "../../src/runtime/ort-session.js";
import type { Runtime, SessionOptions } from "../../src/runtime/session.js";
import { runtime } from "./run-graph.js";

export interface FakeDevice extends Omit<DeviceOffer, "name"> {
  /** What becomes of results; default nothing. */
  readonly results?: (data: Float32Array) => Float32Array;
  /** How long a run takes, by the fake runtime's own clock; default 1. */
  readonly milliseconds?: number;
  /** Whether it loads models, and runs them; default true. */
  readonly loads?: boolean;
  readonly runs?: boolean;
  /** Why it does not. */
  readonly reason?: string;
}

export interface FakeRuntime extends Runtime {
  /** What sessions were made with, of all devices. */
  readonly made: readonly SessionOptions[];
  readonly alive: () => number;
  /** Its clock, which only runs of graphs move: in place of `performance.now`. */
  readonly now: () => number;
}

/** Devices in their order: the last one is the host, "cpu" where it is not named. */
export function runtimeWith(devices: Partial<Record<DeviceName, FakeDevice>>): FakeRuntime {
  const all: Partial<Record<DeviceName, FakeDevice>> = { ...devices, cpu: devices.cpu ?? {} };
  const offers = (Object.entries(all) as [DeviceName, FakeDevice][]).map(([name, { problem, passedOver, remark }]) => ({
    name,
    ...(problem !== undefined && { problem }),
    ...(passedOver !== undefined && { passedOver }),
    ...(remark !== undefined && { remark }),
  }));
  const made: SessionOptions[] = [];
  let alive = 0;
  let clock = 0;
  return {
    made,
    alive: () => alive,
    now: () => clock,
    devices: async () => offers,
    upload: (tensor) => runtime.upload(tensor, "cpu"),
    createSession: async (model, source, options) => {
      made.push(options);
      const device = all[options.device] ?? {};
      const { results, loads = true, runs = true, reason = "it is a fake" } = device;
      if (!loads) throw runtimeFailed(`load ${source}`, new Error(reason));
      const session = await runtime.createSession(model, source, { ...options, device: "cpu" });
      alive++;
      return {
        ...session,
        run: async (feeds) => {
          if (!runs) throw runtimeFailed(`run ${source}`, new Error(reason));
          const outputs = await session.run(feeds);
          clock += device.milliseconds ?? 1;
          if (!results) return outputs;
          const changed = Object.entries(outputs).map(([name, tensor]) => {
            const data = results((tensor.data as Float32Array).slice());
            return [name, { ...tensor, data }];
          });
          return Object.fromEntries(changed);
        },
        release: async () => {
          alive--;
          await session.release();
        },
      };
    },
  };
}
