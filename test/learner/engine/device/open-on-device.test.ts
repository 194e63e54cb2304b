import { describe, expect, it } from "vitest";
import type { ChosenDevice } from "../../../../src/learner/engine/device/device.js";
import { openOnDevice } from "../../../../src/learner/engine/device/open-on-device.js";
import type { Device } from "../../../../src/runtime/devices.js";
import { float32 } from "../../../../src/tensor.js";
import { type FakeDevice, runtimeWith } from "../../../helpers/fake-device.js";
import { classifier, image, pretrained } from "../../../helpers/opening.js";
import { refusal } from "../../../helpers/refusal.js";
import { numbersOf } from "../../../helpers/run-graph.js";
import { emit, tinyModel } from "../../../helpers/tiny-network.js";

const threads = 1;
const onGpu: ChosenDevice = {
  options: { device: "webgpu", threads },
  once: { device: "cpu", threads },
  reason: "webgpu: it computes as cpu does",
};

function opening(device: FakeDevice, name: Device, { chosen = onGpu, model = tinyModel() } = {}) {
  const runtime = runtimeWith({ cuda: { problem: "its libraries are missing" }, webgpu: device });
  const wanted = { wanted: { name, threads }, device: chosen };
  return { runtime, open: () => openOnDevice(runtime, wanted, pretrained(model), { at: undefined, pool: "own" }) };
}

/** Off by so much of the largest result. */
const offBy = (share: number): FakeDevice => ({ results: (data) => data.map((x) => x + share) });
// Features are means of photos of the size of one.
const good = offBy(1e-5);
const wrong = offBy(0.1);
const broken: FakeDevice = { runs: false, reason: "Indices are not supported." };
const different = "tiny.onnx gives other features there than on cpu";
const failed = "ONNX Runtime could not run tiny.onnx: Indices are not supported";

describe("openOnDevice", () => {
  it.each(["auto", "webgpu"] as const)(
    "opens a network there that it computes as the host does, for %s",
    async (name) => {
      const { runtime, open } = opening(good, name);
      const { device, network } = await open();
      expect(device).toBe(onGpu);
      const { session } = network;
      const outputs = await session.run({ [session.inputNames[0]!]: float32([1, 3, 1, 2], [1, 3, 0, 0, 5, 7]) });
      for (const [i, x] of numbersOf(outputs[session.outputNames[0]!]!).entries())
        expect(x).toBeCloseTo([2, 0, 6][i]! + 1e-5, 6);
      expect(runtime.alive()).toBe(1);
      await session.release();
    },
  );

  it.each([
    ["gives other features", wrong, different],
    ["gives no numbers", { results: (data: Float32Array) => data.fill(Number.NaN) }, different],
    ["cannot run it", broken, failed],
    ["cannot load it", { loads: false, reason: "no kernel." }, "ONNX Runtime could not load tiny.onnx: no kernel"],
  ])('goes to the host, for "auto", with a network for which the device %s, and says so', async (_, fake, why) => {
    const { runtime, open } = opening(fake, "auto");
    const { device, network } = await open();
    const host = { device: "cpu", threads };
    expect(device).toEqual({ options: host, once: host, reason: `cpu; not webgpu: ${why}` });
    expect(runtime.made.at(-1)).toMatchObject(host);
    expect(runtime.alive()).toBe(1);
    await network.session.release();
  });

  it.each([
    ["gives other features", wrong, different],
    ["cannot run it", broken, failed],
  ])("refuses a device that was asked for by name and %s", async (_, fake, why) => {
    const { runtime, open } = opening(fake, "webgpu");
    const { message, details } = await refusal(open, "device-unavailable");
    expect(message).toBe(`The device "webgpu" cannot be used: ${why}. Available: cpu. Choose one of these, or "auto".`);
    expect(details).toEqual({ device: "webgpu", available: ["cpu"] });
    expect(runtime.alive()).toBe(0);
  });

  it("compares nothing on the host", async () => {
    const host = { device: "cpu", threads } as const;
    const chosen = { options: host, once: host, reason: "cpu: as asked for" };
    const there = opening(wrong, "cpu", { chosen });
    const { device, network } = await there.open();
    expect(device).toBe(chosen);
    expect(there.runtime.made.map(({ device }) => device)).not.toContain("webgpu");
    await network.session.release();
  });

  it("throws what the network is to blame for on any device", async () => {
    const model = classifier(emit("Magic", [image], { shape: ["batch", 3] }));
    const { runtime, open } = opening(good, "auto", { model });
    await refusal(open, "unsupported-model", "Magic");
    expect(runtime.alive()).toBe(0);
  });
});
