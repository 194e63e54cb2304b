// The option `device`: where the network runs.
import { checkFields, whole } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import type { Device } from "../runtime/devices.js";
import type { LearnerSpec } from "./border/spec.js";

/** A name is short for `{ name }`. `threads` inside one operator: default one per physical core. */
export type DeviceOptions = Device | { readonly name: Device; readonly threads?: number };

/** @throws RegraftError "invalid-argument" */
export function deviceOf(device: DeviceOptions = "auto"): LearnerSpec["device"] {
  const { name, threads } =
    typeof device === "string"
      ? { name: device, threads: undefined }
      : checkFields("device", device, { name: true, threads: true });
  if (typeof name !== "string") throw invalidArgument("device", "the name of a device", name);
  if (threads !== undefined) whole("device.threads", threads, 1, 1024);
  return { name, threads };
}
