// Whether a device gives the features that the host gives, of this very network: two photos on each.
import { isRegraftError } from "../../../errors.js";
import type { Runtime } from "../../../runtime/session.js";
import { evaluatorOf } from "../model/evaluator.js";
import { type CutRequest, featuresOf, type Network } from "../model/frozen-network.js";
import { openNetwork } from "../model/network.js";
import type { Pretrained } from "../model/pretrained.js";
import { repeated, sameFeatures, twoPhotos } from "../model/probe-photos.js";
import type { ChosenDevice } from "./device.js";
import { lostMeanwhile } from "./device-trial.js";

/** The network there, open; or why it cannot be there, as a phrase. */
export async function tryNetwork(
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
