import { describe, expect, it } from "vitest";
import { hasHostKernels, hasLoop } from "../../src/runtime/devices.js";
import { operatorSupport, runsOn } from "../../src/runtime/operators.js";

const devices = ["cuda", "dml", "coreml", "webgpu", "cpu", "wasm"] as const;

describe("devices", () => {
  it.each(devices)("%s has a Loop or not as the table of its kernels says", (device) => {
    expect(hasLoop(device)).toBe(runsOn(device, "Loop", "float32"));
  });

  it.each(devices.filter(hasHostKernels))(
    "%s runs all that the host runs, and the host all that is listed",
    (device) => {
      for (const opType of Object.keys(operatorSupport)) {
        expect(runsOn(device, opType, "float32"), opType).toBe(runsOn("cpu", opType, "float32"));
        expect(operatorSupport[opType as keyof typeof operatorSupport].cpu, opType).toBeDefined();
      }
    },
  );
});
