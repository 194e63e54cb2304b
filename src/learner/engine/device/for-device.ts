// A model as a device runs it best: in operators that it has, by kernels that compute what they should.
import type { Model } from "../../../onnx/graph.js";
import { type DeviceName, hasHostKernels } from "../../../runtime/devices.js";

/** As it is, where the device has the host's kernels: what is needed for others is loaded for them alone. */
export async function forDevice(model: Model, device: DeviceName): Promise<Model> {
  if (hasHostKernels(device)) return model;
  const { loweredFor } = await import("./lowered-for.js");
  return loweredFor(model, device);
}
