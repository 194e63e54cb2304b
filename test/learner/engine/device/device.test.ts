import { afterEach, describe, expect, it, vi } from "vitest";
import { chooseDevice, hostDevice } from "../../../../src/learner/engine/device/device.js";
import type { Device, DeviceName, DeviceRequest } from "../../../../src/runtime/devices.js";
import { type FakeDevice, runtimeWith } from "../../../helpers/fake-device.js";
import { refusal } from "../../../helpers/refusal.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A run of the host takes 8 ms there. */
function choosing(devices: Partial<Record<DeviceName, FakeDevice>>, name: Device, threads?: number) {
  const runtime = runtimeWith({ ...devices, cpu: { milliseconds: 8 } });
  vi.spyOn(performance, "now").mockImplementation(runtime.now);
  const request: DeviceRequest = { name, threads };
  return { runtime, chosen: () => chooseDevice(runtime, request) };
}

/** Off by so much of the largest result. */
const offBy = (share: number): Pick<FakeDevice, "results"> => ({
  results: (data) => data.map((x) => x * (1 + share)),
});
// As a GPU sums up, in another order.
const good = { ...offBy(1e-5), milliseconds: 2 };
const slow = { ...good, milliseconds: 32 };
const wrong = { ...offBy(0.01), milliseconds: 2 };
const lost = { loads: false, reason: "no adapter." };
const missing = { problem: "its libraries are missing" };
const software = { ...good, passedOver: "it is a software adapter" };

const proved = "a small network gives the results of cpu there (within 1e-5) at 4.0 times its speed";
const differs = "a small network gives other results there than on cpu (they differ by 1e-2 of the largest)";
const failed = "ONNX Runtime could not load a small network: no adapter";

/** What it is made of, and why it is that. */
const expected = (device: DeviceName, reason: string) => ({ options: { device }, once: { device: "cpu" }, reason });

describe('chooseDevice for "auto"', () => {
  it("takes a device that computes as the host does, and faster", async () => {
    const { chosen, runtime } = choosing({ webgpu: good }, "auto");
    expect(await chosen()).toEqual(expected("webgpu", `webgpu: ${proved}`));
    expect(runtime.alive()).toBe(0);
  });

  it.each([
    ["gives wrong numbers", wrong, differs],
    ["gives none", { results: (data: Float32Array) => data.fill(Number.NaN) }, /gives other results there than on cpu/],
    ["fails at loading", lost, failed],
    ["fails at running", { runs: false, reason: "no kernel" }, "ONNX Runtime could not run a small network: no kernel"],
    ["is slower", slow, "it is slower than cpu (0.25 times its speed)"],
    ["is hardly faster", { ...good, milliseconds: 7 }, "it is hardly faster than cpu (1.1 times its speed)"],
    ["has a problem", missing, "its libraries are missing"],
    ["is passed over", software, "it is a software adapter"],
  ])("passes over one that %s, and says so", async (_, device, why) => {
    const { chosen, runtime } = choosing({ webgpu: device }, "auto");
    const { reason, ...rest } = await chosen();
    expect(rest).toEqual({ options: { device: "cpu" }, once: { device: "cpu" } });
    if (typeof why === "string") expect(reason).toBe(`cpu; not webgpu: ${why}`);
    else expect(reason).toMatch(why);
    expect(runtime.alive()).toBe(0);
  });

  it.each([
    [5, "webgpu"],
    [6, "cpu"],
  ])("takes one that needs %i ms where the host needs 8: %s", async (milliseconds, device) => {
    const { chosen } = choosing({ webgpu: { ...good, milliseconds } }, "auto");
    expect((await chosen()).options.device).toBe(device);
  });

  it("tries them in order, and no more than it needs to", async () => {
    const { chosen, runtime } = choosing({ cuda: missing, dml: wrong, webgpu: good, coreml: good }, "auto");
    expect(await chosen()).toEqual(expected("webgpu", `webgpu: ${proved}`));
    expect(runtime.made.map(({ device }) => device)).toEqual(["dml", "cpu", "webgpu", "cpu"]);
  });

  it("tries nothing where nothing can be, and tells of all", async () => {
    const { chosen, runtime } = choosing({ cuda: missing, webgpu: software }, "auto");
    const reason = "cpu; not cuda: its libraries are missing; not webgpu: it is a software adapter";
    expect(await chosen()).toEqual(expected("cpu", reason));
    expect(runtime.made).toEqual([]);
  });

  it("takes the host where there is nothing else", async () => {
    expect(await choosing({}, "auto").chosen()).toEqual(expected("cpu", "cpu"));
  });
});

describe("chooseDevice for a name", () => {
  it("takes the host without a trial", async () => {
    const { chosen, runtime } = choosing({ webgpu: good }, "cpu");
    expect(await chosen()).toEqual(expected("cpu", "cpu: as asked for"));
    expect(runtime.made).toEqual([]);
  });

  it.each([
    ["a good one", good],
    ["a slow one", slow],
    ['one that "auto" passes over', software],
  ])("takes %s, and does not measure how fast it is", async (_, device) => {
    const reason = `webgpu: as asked for; ${proved.replace(/ at .*/, "")}`;
    expect(await choosing({ webgpu: device }, "webgpu").chosen()).toEqual(expected("webgpu", reason));
  });

  it.each([
    ["gives wrong numbers", wrong, differs],
    ["fails", lost, failed],
    ["has a problem", missing, "its libraries are missing"],
  ])("refuses one that %s, and names the others", async (_, webgpu, why) => {
    const { chosen, runtime } = choosing({ cuda: missing, dml: good, webgpu }, "webgpu");
    const { message, details } = await refusal(chosen, "device-unavailable");
    expect(message).toBe(
      `The device "webgpu" cannot be used: ${why}. Available: dml, cpu. Choose one of these, or "auto".`,
    );
    expect(details).toEqual({ device: "webgpu", available: ["dml", "cpu"] });
    expect(runtime.alive()).toBe(0);
  });

  it("refuses one that the platform does not have, and what is no name", async () => {
    for (const [name, where] of [
      ["wasm", " (it is a browser's; Node has cpu)"],
      ["coreml", " (it is Apple's, in Node on macOS)"],
      ...["tpu", "constructor", ""].map((name) => [name, ""] as const),
    ] as const) {
      const { message, details } = await refusal(
        choosing({ webgpu: good }, name as Device).chosen,
        "device-unavailable",
      );
      expect(message).toBe(
        `The device "${name}" cannot be used: this platform does not have it${where}. Available: webgpu, cpu. ` +
          'Choose one of these, or "auto".',
      );
      expect(details).toEqual({ device: name, available: ["webgpu", "cpu"] });
    }
    for (const name of [5, undefined, ["cpu"]] as unknown[])
      await refusal(choosing({}, name as Device).chosen, "invalid-argument", "device");
  });
});

describe("what has to be known of the host", () => {
  const remark = "in one thread, as the page is not isolated";
  const choose = async (name: Device) => {
    const { reason } = await chooseDevice(runtimeWith({ webgpu: missing, cpu: { remark } }), {
      name,
      threads: undefined,
    });
    return reason;
  };

  it("is told where it is chosen", async () => {
    expect(await choose("auto")).toBe(`cpu, ${remark}; not webgpu: its libraries are missing`);
    expect(await choose("cpu")).toBe(`cpu: as asked for; ${remark}`);
  });

  it("is left out where another device is", async () => {
    const { reason } = await choosing({ webgpu: { ...good, remark } }, "auto").chosen();
    expect(reason).toBe(`webgpu: ${proved}`);
  });
});

describe("threads", () => {
  it("are handed on to all that is made, the trial included", async () => {
    const { chosen, runtime } = choosing({ webgpu: good }, "auto", 3);
    expect(await chosen()).toMatchObject({
      options: { device: "webgpu", threads: 3 },
      once: { device: "cpu", threads: 3 },
    });
    expect(runtime.made).toEqual([
      { device: "webgpu", threads: 3 },
      { device: "cpu", threads: 3 },
    ]);
    const host = { device: "cpu", threads: 2 };
    expect(await choosing({}, "cpu", 2).chosen()).toMatchObject({ options: host, once: host });
  });
});

describe("hostDevice", () => {
  it("is the last one, tried by nothing", async () => {
    const { runtime } = choosing({ webgpu: good }, "auto");
    expect(await hostDevice(runtime)).toEqual({ options: { device: "cpu" }, once: { device: "cpu" } });
    expect(runtime.made).toEqual([]);
  });
});
