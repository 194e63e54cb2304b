import { describe, expect, it } from "vitest";
import { invalidArgument } from "../../src/errors.js";
import { createDeviceLoss } from "../../src/runtime/device-loss.js";
import { refusal } from "../helpers/refusal.js";

const message =
  "The GPU was lost (it is gone): another program, the driver or a sleep took it away. Create a new learner or " +
  'classifier, on the device "wasm" if this happens again. What a learner had learnt up to its last whole epoch can ' +
  "still be had of it, by exportFiles() or exportOnnx().";

/** A device that is lost when it is told to be. */
function losable() {
  let lose: (info: GPUDeviceLostInfo) => void = () => {};
  const lost = new Promise<GPUDeviceLostInfo>((resolve) => {
    lose = resolve;
  });
  return {
    device: { lost },
    lose: (message: string, reason: GPUDeviceLostReason = "unknown") => lose({ reason, message } as GPUDeviceLostInfo),
  };
}

const never = () => new Promise<never>(() => {});

describe("createDeviceLoss", () => {
  it("gives what the work gives while there is a device", async () => {
    const { attempt, isLost, watch } = createDeviceLoss();
    watch(losable().device);
    expect(await attempt("run it", async () => 7)).toBe(7);
    expect(isLost()).toBe(false);
  });

  it("ends work that nobody answers any more, all of it", async () => {
    const { device, lose } = losable();
    const { attempt, isLost, watch } = createDeviceLoss();
    watch(device);
    watch(device);
    const errors = [1, 2].map(() => refusal(() => attempt("run it", never), "device-lost"));
    lose("it is gone.");
    for (const error of await Promise.all(errors)) {
      expect(error.message).toBe(message);
      expect(error.details).toEqual({ device: "webgpu", reason: "it is gone" });
    }
    expect(isLost()).toBe(true);
  });

  it("begins no work afterwards, and keeps to the first reason", async () => {
    const [first, second] = [losable(), losable()];
    const { attempt, watch } = createDeviceLoss();
    watch(first.device);
    watch(second.device);
    first.lose("");
    await first.device.lost;
    second.lose("another reason");
    await second.device.lost;
    let begun = false;
    const work = async () => {
      begun = true;
    };
    const { details } = await refusal(() => attempt("run it", work), "device-lost");
    expect(details.reason).toBe("its driver gives no reason");
    expect(begun).toBe(false);
  });

  it("waits a little whether a failure comes of a loss that is told later", async () => {
    const { device, lose } = losable();
    const { attempt, watch } = createDeviceLoss();
    watch(device);
    const failing = refusal(() => attempt("run it", () => Promise.reject(new Error("no buffer"))), "device-lost");
    setTimeout(() => lose("it is gone"), 10);
    expect((await failing).message).toBe(message);
  });

  it("leaves failures of another cause what they are", async () => {
    const { attempt, isLost, watch } = createDeviceLoss(1);
    watch(losable().device);
    const cause = new Error("no kernel");
    const error = await refusal(() => attempt("run it", () => Promise.reject(cause)), "runtime-failed");
    expect(error).toMatchObject({ message: "ONNX Runtime could not run it: no kernel.", cause });
    const own = invalidArgument("x", "a number", "y");
    expect(await refusal(() => attempt("run it", () => Promise.reject(own)), "invalid-argument")).toBe(own);
    expect(isLost()).toBe(false);
  });

  it("does not call it a loss when the runtime itself lets its device go", async () => {
    const { device, lose } = losable();
    const { attempt, watch } = createDeviceLoss();
    watch(device);
    lose("Device was destroyed.", "destroyed");
    await device.lost;
    expect(await attempt("run it", async () => 7)).toBe(7);
  });
});
