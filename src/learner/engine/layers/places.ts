// Where a learner trains: on its device, or on the host when the device proves to compute something else.
import type { DeviceRequest } from "../../../runtime/devices.js";
import type { Runtime } from "../../../runtime/session.js";
import { type ChosenDevice, unavailable } from "../device/device.js";
import type { BoundaryOptions } from "./boundary.js";
import { workplaceOn } from "./workplace.js";

/** @param wanted a device that is asked for by name is not left for another. */
export function placesFor(
  runtime: Runtime,
  { device, wanted }: { readonly device: ChosenDevice; readonly wanted: DeviceRequest },
  signal: AbortSignal,
): Pick<BoundaryOptions, "device" | "otherwise"> {
  const [name, host] = [device.options.device, device.once.device];
  const place = workplaceOn(runtime, device, signal);
  if (name === host) return { device: place };
  return {
    device: place,
    otherwise: {
      host: workplaceOn(runtime, { options: device.once }, signal),
      refuse: async (why) => {
        if (wanted.name !== "auto") throw unavailable(name, await runtime.devices(), why);
      },
      notice: (why) => `Training is done on ${host}, not on ${name}: ${why}.`,
    },
  };
}
