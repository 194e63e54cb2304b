// The devices a user can name, and the execution provider of ONNX Runtime behind each.
import { invalidArgument, RegraftError } from "../errors.js";

export const executionProviders = {
  cpu: "cpu",
} as const;

export type DeviceName = keyof typeof executionProviders;

/** "auto" is the first device available. */
export type Device = DeviceName | "auto";

/** A device as a caller asks for it. */
export interface DeviceRequest {
  readonly name: Device;
  readonly threads: number | undefined;
}

/**
 * What sessions on the device asked for are made with.
 * @throws RegraftError "device-unavailable", naming those that are there.
 */
export const sessionOptionsFor = (
  { name, threads }: DeviceRequest,
  available: readonly DeviceName[],
): { readonly device: DeviceName; readonly threads?: number } => ({
  device: chooseDevice(name, available),
  ...(threads !== undefined && { threads }),
});

/**
 * The device to use.
 * @throws RegraftError "device-unavailable", naming those that are there.
 */
export function chooseDevice(wanted: Device, available: readonly DeviceName[]): DeviceName {
  if (typeof wanted !== "string") throw invalidArgument("device", "the name of a device", wanted);
  const chosen = wanted === "auto" ? available[0] : available.find((device) => device === wanted);
  if (chosen) return chosen;
  throw new RegraftError(
    "device-unavailable",
    { device: wanted, available },
    `There is no device "${wanted}" here. Available: ${available.join(", ")}. Choose one of these, or "auto".`,
  );
}
