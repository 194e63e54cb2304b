import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { closeGate, createGate, gated, insideGate } from "../../src/runtime/run-gate.js";
import type { DeviceTensor, Runtime, Session } from "../../src/runtime/session.js";
import { float32, type Tensor } from "../../src/tensor.js";

const soon = (milliseconds: number) =>
  new Promise<"pending">((resolve) => setTimeout(resolve, milliseconds, "pending"));

describe("insideGate", () => {
  it("passes on what the work gives or throws, and is free again afterwards", async () => {
    const gate = createGate();
    const inside = insideGate(gate);
    expect(await inside(async () => 5)).toBe(5);
    await expect(inside(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(closeGate(gate, 0)).toBe(true);
  });

  it("begins nothing behind a closed gate, and never answers", async () => {
    const gate = createGate();
    closeGate(gate, 0);
    let begun = false;
    const work = insideGate(gate)(async () => {
      begun = true;
    });
    expect(await Promise.race([work, soon(30)])).toBe("pending");
    expect(begun).toBe(false);
  });
});

describe("closeGate", () => {
  // Another thread, as in earnest: this one waits. It stands for a worker in a run that takes 200 ms.
  const busyThread = `
    const { workerData, parentPort } = require("node:worker_threads");
    const flags = new Int32Array(workerData);
    Atomics.store(flags, 1, 1);
    parentPort.postMessage("busy");
    setTimeout(() => {
      Atomics.store(flags, 1, 0);
      Atomics.notify(flags, 1);
    }, 200);
  `;

  async function closed(patience: number): Promise<boolean> {
    const gate = createGate();
    const worker = new Worker(busyThread, { eval: true, workerData: gate });
    await new Promise((resolve) => worker.once("message", resolve));
    const free = closeGate(gate, patience);
    await worker.terminate();
    return free;
  }

  it("waits for the work under way in another thread", async () => {
    expect(await closed(10_000)).toBe(true);
  });

  it("waits no longer than it has patience", async () => {
    expect(await closed(20)).toBe(false);
  });
});

describe("gated", () => {
  it("keeps loading, running and releasing inside the gate", async () => {
    const gate = createGate();
    const busy: string[] = [];
    const note = (what: string) => busy.push(`${what} ${Atomics.load(new Int32Array(gate), 1)}`);
    const zero: Tensor = float32([1]);
    const there: DeviceTensor = { dtype: "float32", shape: [1], read: async () => zero, release: () => {} };
    const session: Session = {
      inputNames: ["x"],
      outputNames: ["y"],
      outputShapes: [[1]],
      run: async () => {
        note("run");
        return { y: zero };
      },
      runOnDevice: async () => {
        note("run on device");
        return { y: there };
      },
      release: async () => void note("release"),
    };
    const runtime: Runtime = {
      devices: async () => [{ name: "cpu" }],
      createSession: async () => {
        note("load");
        return session;
      },
      upload: async () => there,
    };
    const guarded = gated(runtime, gate);
    const opened = await guarded.createSession(new Uint8Array(), "it", { device: "cpu" });
    expect(await guarded.devices()).toEqual([{ name: "cpu" }]);
    expect(await guarded.upload(zero, "cpu")).toBe(there);
    expect(opened.inputNames).toEqual(["x"]);
    expect(await opened.run({})).toEqual({ y: zero });
    expect(await opened.runOnDevice({})).toEqual({ y: there });
    await opened.release();
    expect(busy).toEqual(["load 1", "run 1", "run on device 1", "release 1"]);
    expect(Atomics.load(new Int32Array(gate), 1)).toBe(0);

    closeGate(gate, 0);
    expect(await Promise.race([opened.run({}), opened.runOnDevice({}), soon(30)])).toBe("pending");
    expect(busy).toHaveLength(4);
  });
});
