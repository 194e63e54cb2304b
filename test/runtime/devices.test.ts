import { describe, expect, it } from "vitest";
import { chooseDevice, type Device, type DeviceName, sessionOptionsFor } from "../../src/runtime/devices.js";
import { refusal } from "../helpers/refusal.js";

describe("chooseDevice", () => {
  it("takes the device that is named, and the first one for auto", () => {
    const available = ["other", "cpu"] as unknown as DeviceName[];
    expect(chooseDevice("cpu", available)).toBe("cpu");
    expect(chooseDevice("auto", available)).toBe("other");
  });

  it("names the devices there are when the wanted one is not among them", async () => {
    const { details } = await refusal(
      () => chooseDevice("tpu" as Device, ["cpu"]),
      "device-unavailable",
      'no device "tpu"',
      "Available: cpu",
    );
    expect(details).toEqual({ device: "tpu", available: ["cpu"] });
    await refusal(() => chooseDevice("constructor" as Device, ["cpu"]), "device-unavailable");
  });

  it("refuses what is no name", async () => {
    await refusal(() => chooseDevice(5 as unknown as Device, ["cpu"]), "invalid-argument", "device");
  });
});

describe("sessionOptionsFor", () => {
  it("names the device, and threads only where they are asked for", () => {
    expect(sessionOptionsFor({ name: "auto", threads: undefined }, ["cpu"])).toEqual({ device: "cpu" });
    expect(sessionOptionsFor({ name: "cpu", threads: 2 }, ["cpu"])).toEqual({ device: "cpu", threads: 2 });
  });
});
