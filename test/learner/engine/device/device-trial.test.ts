import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { RegraftError } from "../../../../src/errors.js";
import { tryDevice } from "../../../../src/learner/engine/device/device-trial.js";
import { readModel } from "../../../../src/onnx/read.js";
import { isListed, runsOn } from "../../../../src/runtime/operators.js";
import type { Runtime, SessionOptions } from "../../../../src/runtime/session.js";
import { type FakeDevice, runtimeWith } from "../../../helpers/fake-device.js";
import { runtime } from "../../../helpers/opening.js";

const host = { device: "cpu", threads: 1 } as const;
function tried(device: FakeDevice, isTimed = true) {
  const over = runtimeWith({ webgpu: device, cpu: { milliseconds: 6 } });
  vi.spyOn(performance, "now").mockImplementation(over.now);
  return tryDevice(over, "webgpu", host, isTimed);
}
afterEach(() => {
  vi.restoreAllMocks();
});

describe("tryDevice", () => {
  it("finds no difference where there is none, and how many times as fast the device is", async () => {
    expect(await tried({ milliseconds: 6 })).toEqual({ difference: 0, speed: 1 });
    expect(await tried({ milliseconds: 2 })).toEqual({ difference: 0, speed: 3 });
    expect(await tried({ milliseconds: 24 })).toEqual({ difference: 0, speed: 0.25 });
  });

  it("goes by the fastest of some runs: the first ones prepare", async () => {
    const times = [500, 40, 3, 70];
    const device = {
      get milliseconds() {
        return times.shift()!;
      },
    };
    expect((await tried(device)).speed).toBe(2);
    expect(times).toEqual([]);
  });

  it("goes by one run where that takes long already", async () => {
    const times = [500, 600, 3, 70];
    const device = {
      get milliseconds() {
        return times.shift()!;
      },
    };
    expect((await tried(device)).speed).toBe(0.01);
    expect(times).toEqual([3, 70]);
  });

  it("does not measure how fast it is when nobody asks", async () => {
    expect(await tried({}, false)).toEqual({ difference: 0 });
  });

  it("measures the largest difference by the largest result", async () => {
    let largest = 0;
    const { difference } = await tried(
      {
        results: (data) => {
          largest = Math.max(...data);
          return data.map((x, i) => (i === 5 ? x - 0.02 : i === 9 ? x + 0.01 : x));
        },
      },
      false,
    );
    expect(difference).toBeCloseTo(0.02 / largest, 6);
    // A likely class among probabilities.
    expect(largest).toBeGreaterThan(0.5);
  });

  it("takes no number, and none at all, for a difference that is not finite", async () => {
    expect((await tried({ results: (data) => data.fill(Number.NaN, 3, 4) })).difference).toBeNaN();
    expect((await tried({ results: (data) => data.subarray(1) })).difference).toBeNaN();
  });

  it("tells why the device cannot run it, at loading or running, as a phrase", async () => {
    const reason = "no kernel for Gather.";
    expect(await tried({ loads: false, reason })).toEqual({
      error: "ONNX Runtime could not load a small network: no kernel for Gather",
      difference: Number.NaN,
      speed: 0,
    });
    expect((await tried({ runs: false, reason })).error).toBe(
      "ONNX Runtime could not run a small network: no kernel for Gather",
    );
  });

  it.each([
    [
      new RegraftError("device-lost", { device: "webgpu", reason: "the driver was updated" }, "It was lost."),
      "it was lost while it was tried (the driver was updated)",
    ],
    [
      new RegraftError("device-unavailable", { device: "wasm", available: [] }, "Its .wasm file is missing."),
      "Its .wasm file is missing",
    ],
  ])("tells why the device went away, or never came: %s", async (failure, error) => {
    const createSession: Runtime["createSession"] = () => Promise.reject(failure);
    const trial = await tryDevice({ ...runtime, createSession }, "webgpu", host, false);
    expect(trial).toEqual({ error, difference: Number.NaN, speed: 0 });
  });

  it("throws what the device is not to blame for", async () => {
    const broken = new RegraftError("worker-failed", { reason: "it is closed" }, "The worker is closed.");
    const createSession: Runtime["createSession"] = () => Promise.reject(broken);
    await expect(tryDevice({ ...runtime, createSession }, "webgpu", host, true)).rejects.toBe(broken);
  });

  it("leaves no session behind, whatever happens", async () => {
    for (const device of [{}, { runs: false }, { loads: false }]) {
      const over = runtimeWith({ webgpu: device });
      await tryDevice(over, "webgpu", host, true);
      expect(over.alive()).toBe(0);
    }
  });
});

describe("the network of the trial", () => {
  const made: { model: Uint8Array; options: SessionOptions }[] = [];
  beforeAll(async () => {
    const createSession: Runtime["createSession"] = (model, source, options) => {
      made.push({ model, options });
      return runtime.createSession(model, source, { ...options, device: "cpu" });
    };
    for (let i = 0; i < 2; i++) await tryDevice({ ...runtime, createSession }, "webgpu", host, true);
  });

  it("is the same on the device and on the host, and each time, with the same threads", () => {
    const ofOne = [{ device: "webgpu", threads: 1 }, host];
    expect(made.map(({ options }) => options)).toEqual([...ofOne, ...ofOne]);
    for (const { model } of made) expect(model).toEqual(made[0]!.model);
  });

  it("convolves both ways, sums, multiplies, exponentiates and chooses, with kernels that every device has", () => {
    const operators = new Set(readModel(made[0]!.model, { source: "it" }).graph.nodes.map(({ opType }) => opType));
    for (const opType of ["Conv", "ConvTranspose", "ReduceMean", "MatMul", "Softmax", "Tanh", "Gather"])
      expect(operators).toContain(opType);
    for (const opType of operators) {
      expect(isListed(opType), opType).toBe(true);
      for (const device of ["cpu", "wasm", "cuda", "webgpu"] as const)
        expect(runsOn(device, opType, "float32"), `${opType} on ${device}`).toBe(true);
    }
  });

  it("is small", () => {
    expect(made[0]!.model.length).toBeLessThan(200_000);
  });
});
