// Opens a network on the best device that computes what the host computes, of this very network.
import { isRegraftError } from "../../errors.js";
import type { DeviceRequest } from "../../runtime/devices.js";
import type { Runtime } from "../../runtime/session.js";
import { type ChosenDevice, hostDevice, hostReason, unavailable } from "./device.js";
import { lostMeanwhile } from "./device-trial.js";
import { evaluatorOf } from "./model/evaluator.js";
import { type CutRequest, featuresOf, type Network } from "./model/frozen-network.js";
import { openNetwork } from "./model/network.js";
import type { Pretrained } from "./model/pretrained.js";
import { repeated, sameFeatures, twoPhotos } from "./model/probe-photos.js";

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
  const attempt = await tryNetwork(runtime, device, pretrained, request);
  if (typeof attempt !== "string") return { device, network: attempt };
  const offers = await runtime.devices();
  if (wanted.name !== "auto") throw unavailable(name, offers, attempt);
  const host = { ...(await hostDevice(runtime, wanted)), reason: hostReason(offers, [`${name}: ${attempt}`]) };
  return { device: host, network: await openNetwork(pretrained, runtime, host, request) };
}

/** The network there, or why it cannot be there. */
async function tryNetwork(
  runtime: Runtime,
  device: ChosenDevice,
  pretrained: Pretrained,
  request: CutRequest,
): Promise<Network | string> {
  let network: Network;
  try {
    network = await openNetwork(pretrained, runtime, device, request);
  } catch (error) {
    // What it does not run elsewhere either is told by the attempt there.
    if (isRegraftError(error, "unsupported-model")) return error.details.reason.replace(/\.$/, "");
    if (isRegraftError(error, "device-lost")) return lostMeanwhile(error);
    throw error;
  }
  try {
    if (await agrees(runtime, device, pretrained, network)) return network;
    await network.session.release();
    return `${pretrained.name} gives other features there than on ${device.once.device}`;
  } catch (error) {
    await network.session.release();
    if (isRegraftError(error, "device-lost")) return lostMeanwhile(error);
    throw error;
  }
}

/** Whether it gives the features there that it gives on the host. */
async function agrees(
  runtime: Runtime,
  { once }: ChosenDevice,
  { name }: Pretrained,
  network: Network,
): Promise<boolean> {
  const photos = repeated(twoPhotos(network.transform), network.batch ?? 2);
  const there = await featuresOf(network, photos);
  const [image] = network.model.graph.inputs;
  const [here] = Object.values(await evaluatorOf(runtime, name, once)(network.model, { [image!.name]: photos }));
  return sameFeatures(here!.data as Float32Array, there);
}
