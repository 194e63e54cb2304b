// How many photos at a time a network can take: as many as possible, which its exporter may have hidden.
import { isRegraftError } from "../../../errors.js";
import { type CutOptions, cutClassifier } from "../../../heads/cut.js";
import { findImageInput } from "../../../heads/image-input.js";
import type { Evaluate } from "../../../onnx/evaluate.js";
import type { Model, Value } from "../../../onnx/graph.js";
import { measureShapes } from "../../../onnx/passes/measure-shapes.js";
import { rewriteNodes } from "../../../onnx/rewrite.js";
import type { Session } from "../../../runtime/session.js";
import { type CutRequest, featuresOf, type Network } from "./frozen-network.js";
import type { ImageModel } from "./import-model.js";
import { onePhoto, type Photos, repeated, sameFeatures } from "./probe-photos.js";

/** What networks are cut, opened and tried with. */
export interface Workbench {
  /** Names the model in errors. */
  readonly source: string;
  readonly request: CutRequest;
  readonly transform: Network["transform"];
  /** Two of them. */
  readonly photos: Photos;
  readonly evaluate: Evaluate;
  readonly open: (frozen: Model) => Promise<Session>;
}

/**
 * Cuts and opens the network. A batch that its exporter has fixed is freed when the freed network gives the same
 * features; where it does not, the network runs with that batch. Photos that influence each other run one at a time.
 */
export async function openForMost(imported: ImageModel, bench: Workbench): Promise<Network> {
  const { model, image } = imported;
  const asExported = await openCut(imported, bench);
  if (image.batch === undefined) return apart(asExported, bench);
  const { freeBatch } = await import("../../../onnx/passes/free-batch.js");
  const graph = await freeBatch(model.graph, image.value, measuring(imported, bench));
  if (!graph) return asExported;
  const free = { model: { ...model, graph }, image: findImageInput(graph, bench.source) };
  const freed = await openCut(free, bench).catch(unlessBug);
  const features = freed && (await featuresOf(freed, bench.photos).catch(unlessBug));
  const equal = features && sameFeatures(features, await featuresOf(asExported, bench.photos));
  return apart(equal ? freed : asExported, bench);
}

async function openCut(imported: ImageModel, bench: Workbench): Promise<Network> {
  const { model, image } = imported;
  const { source, request, transform } = bench;
  const measure = measuring(imported, bench);
  const cut = await cutClassifier(model.graph, { ...request, source, image: image.value, measure });
  const frozen: Model = { ...model, graph: cut.frozen };
  const session = await bench.open(frozen);
  const { featureCount } = cut;
  const network = { session, featureCount, model: frozen, whole: model.graph, cut, transform };
  return image.batch === undefined ? network : { ...network, batch: image.batch };
}

const measuring =
  ({ model, image }: ImageModel, { photos, evaluate }: Workbench): CutOptions["measure"] =>
  (values) =>
    measureShapes(model, values, { [image.value.name]: repeated(photos, image.batch ?? 2) }, evaluate);

/** Dynamically quantized networks, for one, scale by what all photos of a batch have in common. */
async function apart(network: Network, { photos }: Workbench): Promise<Network> {
  if (network.batch !== undefined) return network;
  const together = await featuresOf(network, photos);
  const alone = await featuresOf(network, onePhoto(photos, 1));
  if (sameFeatures(together.subarray(network.featureCount), alone)) return network;
  // An export has to say so too.
  const { model } = network;
  const [image] = model.graph.inputs;
  const one: Value = { ...image!, shape: image!.shape!.with(0, 1) };
  const graph = rewriteNodes(model.graph, () => undefined, new Map([[image!, one]]));
  return { ...network, batch: 1, model: { ...model, graph } };
}

/** A freed network that cannot be used is no reason to refuse the one there is. */
function unlessBug(error: unknown): undefined {
  if (!isRegraftError(error)) throw error;
}
