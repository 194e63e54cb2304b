// A pretrained network made ready: imported, cut, loaded as a frozen session, checked by running it.
import { type ImageTransform, outputSize } from "../../datasets/transform.js";
import { isRegraftError, RegraftError } from "../../errors.js";
import { type Cut, type CutOptions, cutClassifier } from "../../heads/cut.js";
import { findImageInput, type ImageInput } from "../../heads/image-input.js";
import type { Graph, Model, Value } from "../../onnx/graph.js";
import { freeBatch } from "../../onnx/passes/free-batch.js";
import { measureShapes } from "../../onnx/passes/measure-shapes.js";
import { rewriteNodes } from "../../onnx/rewrite.js";
import { writeModel } from "../../onnx/write.js";
import { stream } from "../../random.js";
import type { Runtime, Session, SessionOptions } from "../../runtime/session.js";
import type { Tensor } from "../../tensor.js";
import { evaluatorOf } from "./evaluator.js";
import { type FrozenNetwork, featuresOf } from "./frozen-network.js";
import { type ImageModel, importModel } from "./import-model.js";
import type { Pretrained } from "./pretrained.js";
import { refuseHuge } from "./refuse-huge.js";

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
  const { height, width } = outputSize(transform);
  const { batch, value } = imported.image;
  const input = { image: value, shape: [batch ?? 2, 3, height, width], source: name };
  const load = (model: Uint8Array) => runtime.createSession(model, name, { ...options, once: true });
  await refuseHuge(imported.model, input, load);
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
    const found = freed && (await featuresOf(freed, photos).catch(unlessBug));
    const equal = found && same(found, await featuresOf(asExported, photos));
    return apart(equal ? freed : asExported, photos);
  };
  const hint = sizeHint(imported.image, height, width);
  const kept = await unlessRefused(name, openFreest(), hint).catch((error) => ({ error }));
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
  if (network.batch !== undefined) return network;
  // An export has to say so too.
  const { model } = network;
  const [image] = model.graph.inputs;
  const one: Value = { ...image!, shape: image!.shape!.with(0, 1) };
  const graph = rewriteNodes(model.graph, () => undefined, new Map([[image!, one]]));
  return { ...network, batch: 1, model: { ...model, graph } };
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

/** Transformers, for one, often leave open what their positions fix. */
function sizeHint(image: ImageInput, height: number, width: number): string {
  if (image.height !== undefined && image.width !== undefined) return "";
  return (
    `Photos of ${height}×${width} were tried, as it does not say its size: if it takes another, set image.resize and ` +
    "image.crop, or put its preprocessor_config.json beside it. "
  );
}

/** What the runtime refuses is the model's fault here: nothing of ours has been added yet. */
const unlessRefused = <T>(source: string, work: Promise<T>, hint = ""): Promise<T> =>
  work.catch((cause) => {
    if (!isRegraftError(cause, "runtime-failed")) throw cause;
    throw new RegraftError(
      "unsupported-model",
      { source, reason: cause.message },
      `${source} cannot be used. ${cause.message} ${hint}Check it with onnx.checker, or export it again.`,
      { cause },
    );
  });

function unlessBug(error: unknown): undefined {
  if (!isRegraftError(error)) throw error;
}
