import { describe, expect, it } from "vitest";
import type { ChosenDevice } from "../../../../src/learner/engine/device/device.js";
import { placesFor } from "../../../../src/learner/engine/layers/places.js";
import type { Device, DeviceName } from "../../../../src/runtime/devices.js";
import { runtimeWith } from "../../../helpers/fake-device.js";
import { refusal } from "../../../helpers/refusal.js";

const { signal } = new AbortController();
const on = (device: DeviceName): ChosenDevice => ({
  options: { device, threads: 1 },
  once: { device: "cpu", threads: 1 },
  reason: `${device}: it is so`,
});
const places = (device: DeviceName, name: Device) => {
  const wanted = { name, threads: 1 };
  return placesFor(runtimeWith({ webgpu: {} }), { device: on(device), wanted }, signal);
};

describe("placesFor", () => {
  it("has the host alone where that is the device", () => {
    expect(Object.keys(places("cpu", "auto"))).toEqual(["device"]);
    expect(places("cpu", "cpu").device.loops).toBe(true);
  });

  it('has the host beside a device that "auto" has chosen, and says so', async () => {
    const { device, otherwise } = places("webgpu", "auto");
    expect([device.loops, otherwise!.host.loops]).toEqual([false, true]);
    await otherwise!.refuse("it is wrong");
    expect(otherwise!.notice("it is wrong")).toBe("Training is done on cpu, not on webgpu: it is wrong.");
  });

  it("does not leave a device that is asked for by name", async () => {
    const { otherwise } = places("webgpu", "webgpu");
    const { message } = await refusal(() => otherwise!.refuse("it is wrong"), "device-unavailable");
    expect(message).toBe(
      'The device "webgpu" cannot be used: it is wrong. Available: cpu. Choose one of these, or "auto".',
    );
  });
});
