// A pretrained network made ready: imported, cut, loaded as a frozen session, checked by running it.
import { type ImageTransform, outputSize } from "../../datasets/transform.js";
import { isRegraftError, RegraftError } from "../../errors.js";
import { type Cut, type CutOptions, cutClassifier } from "../../heads/cut.js";
import { findImageInput, type ImageInput } from "../../heads/image-input.js";
import type { Graph, Model } from "../../onnx/graph.js";
import { freeBatch } from "../../onnx/passes/free-batch.js";
import { measureShapes } from "../../onnx/passes/measure-shapes.js";
import { writeModel } from "../../onnx/write.js";
import { stream } from "../../random.js";
import type { Runtime, Session, SessionOptions } from "../../runtime/session.js";
import type { Tensor } from "../../tensor.js";
import { evaluatorOf } from "./evaluator.js";
import { type FrozenNetwork, featuresOf } from "./frozen-network.js";
import { type ImageModel, importModel } from "./import-model.js";
import type { Pretrained } from "./pretrained.js";

export interface Network extends FrozenNetwork {
  /** The frozen part as a model: image in, features [N, F] out. */
  readonly model: Model;
  /** The network as imported, its own classifier included. */
  readonly whole: Graph;
  readonly cut: Cut;
  readonly transform: ImageTransform;
}

/** Where the caller wants the cut. */
export type CutRequest = Pick<CutOptions, "at" | "pool">;

/**
 * @throws RegraftError "no-classifier-found", "unsupported-model" (also when the runtime does not know an operator, or
 * the features are not one row per photo), "invalid-argument" when photos would not fit the model's input
 */
export async function openNetwork(
  { model, name, transform }: Pretrained,
  runtime: Runtime,
  options: SessionOptions,
  request: CutRequest,
): Promise<Network> {
  const evaluate = evaluatorOf(runtime, name, options);
  const imported = await unlessRefused(name, importModel(model, name, evaluate));
  checkSize(imported.image, transform, name);
  const photos = twoPhotos(transform);
  const measuring =
    ({ model, image }: ImageModel): CutOptions["measure"] =>
    (values) =>
      measureShapes(model, values, { [image.value.name]: repeated(photos, image.batch ?? 2) }, evaluate);
  const opened: Session[] = [];
  const open = async (whole: ImageModel): Promise<Network> => {
    const { model, image } = whole;
    const cut = await cutClassifier(model.graph, {
      ...request,
      source: name,
      image: image.value,
      measure: measuring(whole),
    });
    const frozen: Model = { ...model, graph: cut.frozen };
    const session = await runtime.createSession(writeModel(frozen), name, options);
    opened.push(session);
    const { featureCount } = cut;
    const network = { session, featureCount, model: frozen, whole: model.graph, cut, transform };
    return image.batch === undefined ? network : { ...network, batch: image.batch };
  };
  /**
   * So that it takes as many photos at a time as possible: a batch that its exporter has fixed is freed when the freed
   * network gives the same features, and photos that influence each other are run one at a time.
   */
  const openFreest = async (): Promise<Network> => {
    const { model, image } = imported;
    const asExported = await open(imported);
    const graph =
      image.batch === undefined ? undefined : await freeBatch(model.graph, image.value, measuring(imported));
    if (!graph) return apart(asExported, photos);
    const freed = await open({ model: { ...model, graph }, image: findImageInput(graph, name) }).catch(unlessBug);
    const equal = freed && same(await featuresOf(freed, photos), await featuresOf(asExported, photos));
    return apart(equal ? freed : asExported, photos);
  };
  const kept = await unlessRefused(name, openFreest()).catch((error) => ({ error }));
  const others = opened.filter((session) => "error" in kept || session !== kept.session);
  for (const session of others) await session.release();
  if ("error" in kept) throw kept.error;
  return kept;
}

/** Dynamically quantized networks, for one, scale by what all photos of a batch have in common. */
async function apart(network: Network, photos: Tensor<"float32">): Promise<Network> {
  const together = await featuresOf(network, photos);
  const alone = await featuresOf(network, rows(photos, 1, 2));
  if (same(together.subarray(network.featureCount), alone)) return network;
  return { ...network, batch: network.batch ?? 1 };
}

/** float32 rounds differently in other kernels; networks of a hundred layers come to some 1e-4 of the largest. */
function same(a: Float32Array, b: Float32Array): boolean {
  const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.every((x, i) => Math.abs(x - b[i]!) <= 1e-3 * largest || Object.is(x, b[i]));
}

/** Noise, as different as photos get: [2, 3, H, W]. */
function twoPhotos(transform: ImageTransform): Tensor<"float32"> {
  const { height, width } = outputSize(transform);
  const from = stream(0, "two photos");
  const data = Float32Array.from({ length: 2 * 3 * height * width }, () => 4 * from.next() - 2);
  return { dtype: "float32", shape: [2, 3, height, width], data };
}

const rows = ({ shape, data }: Tensor<"float32">, from: number, to: number): Tensor<"float32"> => {
  const row = data.length / shape[0]!;
  return { dtype: "float32", shape: [to - from, ...shape.slice(1)], data: data.subarray(from * row, to * row) };
};

/** `count` photos, the given ones in turn. */
function repeated({ shape, data }: Tensor<"float32">, count: number): Tensor<"float32"> {
  const row = data.length / shape[0]!;
  const all = new Float32Array(count * row);
  for (let i = 0; i < count; i++) all.set(data.subarray((i % shape[0]!) * row, ((i % shape[0]!) + 1) * row), i * row);
  return { dtype: "float32", shape: [count, ...shape.slice(1)], data: all };
}

function checkSize(image: ImageInput, transform: ImageTransform, name: string): void {
  const { height, width } = outputSize(transform);
  if ((image.height ?? height) === height && (image.width ?? width) === width) return;
  const wanted = `${image.height ?? "any"}×${image.width ?? "any"}`;
  throw new RegraftError(
    "invalid-argument",
    { name: "image", expected: `${wanted} pixels`, received: `${height}×${width}` },
    `${name} takes photos of ${wanted} pixels, but they would be prepared as ${height}×${width}. ` +
      "Set image.crop (and image.resize) to the model's size.",
  );
}

/** What the runtime refuses is the model's fault here: nothing of ours has been added yet. */
const unlessRefused = <T>(source: string, work: Promise<T>): Promise<T> =>
  work.catch((cause) => {
    if (!isRegraftError(cause, "runtime-failed")) throw cause;
    throw new RegraftError(
      "unsupported-model",
      { source, reason: cause.message },
      `${source} cannot be used: ONNX Runtime refuses it. ${cause.message}`,
      { cause },
    );
  });

function unlessBug(error: unknown): undefined {
  if (!isRegraftError(error)) throw error;
}
