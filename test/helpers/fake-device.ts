// Devices that are not there: the real runtime on the CPU under another name, but for what is said of each.
import type { DeviceName, DeviceOffer } from "../../src/runtime/devices.js";
import { runtimeFailed } from "../../src/runtime/ort-session.js";
import type { Runtime, SessionOptions } from "../../src/runtime/session.js";
import type { Tensor } from "../../src/tensor.js";
import { runtime } from "./run-graph.js";

export interface FakeDevice extends Omit<DeviceOffer, "name"> {
  /** Of which model, by its name in errors, the rest is said; default of all. */
  readonly of?: string;
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
      const isMeant = device.of === undefined || device.of === source;
      const { results, loads = true, runs = true, reason = "it is a fake" } = isMeant ? device : {};
      if (!loads) throw runtimeFailed(`load ${source}`, new Error(reason));
      const session = await runtime.createSession(model, source, { ...options, device: "cpu" });
      alive++;
      const changed = <T extends Tensor>(tensor: T): T =>
        results && tensor.dtype === "float32"
          ? { ...tensor, data: results((tensor.data as Float32Array).slice()) }
          : tensor;
      const begin = (): void => {
        if (!runs) throw runtimeFailed(`run ${source}`, new Error(reason));
        clock += device.milliseconds ?? 1;
      };
      return {
        ...session,
        run: async (feeds) => {
          begin();
          const outputs = Object.entries(await session.run(feeds));
          return Object.fromEntries(outputs.map(([name, tensor]) => [name, changed(tensor)]));
        },
        runOnDevice: async (feeds) => {
          begin();
          const outputs = Object.entries(await session.runOnDevice(feeds));
          const there = outputs.map(async ([name, tensor]) => {
            return [name, await runtime.upload(changed(await tensor.read()), "cpu")] as const;
          });
          return Object.fromEntries(await Promise.all(there));
        },
        release: async () => {
          alive--;
          await session.release();
        },
      };
    },
  };
}
