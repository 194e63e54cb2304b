import { describe, expect, it } from "vitest";
import { deviceOf } from "../../src/learner/device-options.js";
import { refused } from "../helpers/refusal.js";

describe("deviceOf", () => {
  it("is auto unless said otherwise", () => {
    expect(deviceOf()).toEqual({ name: "auto", threads: undefined });
    expect(deviceOf("cpu")).toEqual({ name: "cpu", threads: undefined });
    expect(deviceOf({ name: "cpu", threads: 3 })).toEqual({ name: "cpu", threads: 3 });
  });

  it("refuses a device without a name, and threads that are no number of threads", () => {
    expect(refused(() => deviceOf({ threads: 2 } as never)).name).toBe("device");
    for (const threads of [0, 1.5, 1025])
      expect(refused(() => deviceOf({ name: "cpu", threads })).name).toBe("device.threads");
  });
});
