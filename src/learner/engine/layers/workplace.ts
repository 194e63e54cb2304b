// Where the graphs that train are run: opens them on a device, in operators that it has.
import type { Model } from "../../../onnx/graph.js";
import { writeModel } from "../../../onnx/write.js";
import { hasLoop } from "../../../runtime/devices.js";
import type { DeviceTensor, Runtime, Session, SessionOptions } from "../../../runtime/session.js";
import type { Tensor } from "../../../tensor.js";
import type { DeviceOptions } from "../device/device.js";
import { forDevice } from "../device/for-device.js";

export interface Workplace {
  readonly open: (model: Model, name: string, options?: Pick<SessionOptions, "onDevice">) => Promise<Session>;
  readonly upload: (tensor: Tensor) => Promise<DeviceTensor>;
  /** Whether it runs a Loop itself: many steps of a head are then one run. */
  readonly loops: boolean;
}

/** @param signal opens nothing more once it is aborted. */
export function workplaceOn(
  runtime: Runtime,
  { options }: Pick<DeviceOptions, "options">,
  signal: AbortSignal,
): Workplace {
  const { device } = options;
  return {
    open: async (model, name, more) => {
      signal.throwIfAborted();
      return runtime.createSession(writeModel(await forDevice(model, device)), name, { ...options, ...more });
    },
    upload: (tensor) => runtime.upload(tensor, device),
    loops: hasLoop(device),
  };
}
