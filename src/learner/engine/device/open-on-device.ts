// Opens a network on the best device that computes what the host computes, of this very network.
import type { DeviceRequest } from "../../../runtime/devices.js";
import type { Runtime } from "../../../runtime/session.js";
import type { CutRequest, Network } from "../model/frozen-network.js";
import { openNetwork } from "../model/network.js";
import type { Pretrained } from "../model/pretrained.js";
import { type ChosenDevice, hostDevice, hostReason, unavailable } from "./device.js";

export interface Placed {
  readonly device: ChosenDevice;
  readonly network: Network;
}

/**
 * @param device what `chooseDevice` chose when it was asked for `wanted`.
 * @throws RegraftError "device-unavailable" for a device asked for that computes something else; as `openNetwork`
 */
export async function openOnDevice(
  runtime: Runtime,
  { wanted, device }: { readonly wanted: DeviceRequest; readonly device: ChosenDevice },
  pretrained: Pretrained,
  request: CutRequest,
): Promise<Placed> {
  const isHost = device.options.device === device.once.device;
  if (isHost) return { device, network: await openNetwork(pretrained, runtime, device, request) };
  const { device: name } = device.options;
  const { tryNetwork } = await import("./network-trial.js");
  const attempt = await tryNetwork(runtime, device, pretrained, request);
  if (typeof attempt !== "string") return { device, network: attempt };
  const offers = await runtime.devices();
  if (wanted.name !== "auto") throw unavailable(name, offers, attempt);
  const host = { ...(await hostDevice(runtime, wanted)), reason: hostReason(offers, [`${name}: ${attempt}`]) };
  return { device: host, network: await openNetwork(pretrained, runtime, host, request) };
}
