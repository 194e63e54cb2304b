// A pretrained network made ready: cut, loaded as a frozen session, checked by running it once.
import { type ImageTransform, outputSize } from "../datasets/transform.js";
import { RegraftError } from "../errors.js";
import { type Cut, cutClassifier } from "../heads/cut.js";
import type { Model } from "../onnx/graph.js";
import { writeModel } from "../onnx/write.js";
import type { Runtime, SessionOptions } from "../runtime/session.js";
import { float32 } from "../tensor.js";
import { type FrozenNetwork, featuresOf } from "./features.js";
import type { Pretrained } from "./pretrained.js";

export interface Network extends FrozenNetwork {
  /** The frozen part as a model: image in, features [N, F] out. */
  readonly model: Model;
  readonly cut: Cut;
  readonly transform: ImageTransform;
}

/**
 * @throws RegraftError "no-classifier-found", "unsupported-model" (also when the runtime does not know an operator, or
 * the features are not one row per photo), "invalid-argument" when photos would not fit the model's input
 */
export async function openNetwork(
  pretrained: Pretrained,
  transform: ImageTransform,
  runtime: Runtime,
  options: SessionOptions,
): Promise<Network> {
  const { model: whole, name } = pretrained;
  const cut = cutClassifier(whole.graph, name);
  const size = outputSize(transform);
  checkSize(cut, size, name);
  const model: Model = { ...whole, graph: cut.frozen };
  const session = await runtime.createSession(writeModel(model), name, options).catch((cause: Error) => {
    throw unsupported(name, "ONNX Runtime cannot load it", cause);
  });
  const network = { session, featureCount: cut.featureCount, model, cut, transform };
  try {
    await featuresOf(network, float32([1, 3, size.height, size.width]));
  } catch (cause) {
    await session.release();
    throw unsupported(name, `it does not turn a photo into ${cut.featureCount} features`, cause);
  }
  return network;
}

function checkSize({ image }: Cut, { height, width }: { height: number; width: number }, name: string): void {
  if ((image.height ?? height) === height && (image.width ?? width) === width) return;
  throw new RegraftError(
    "invalid-argument",
    { name: "image", expected: `${image.height}×${image.width} pixels`, received: `${height}×${width}` },
    `${name} takes photos of ${image.height}×${image.width} pixels, but they would be prepared as ${height}×${width}. ` +
      "Set image.crop (and image.resize) to the model's size.",
  );
}

function unsupported(source: string, reason: string, cause: unknown): RegraftError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new RegraftError(
    "unsupported-model",
    { source, reason: detail },
    `${source} cannot be used: ${reason}. ${detail}`,
    { cause },
  );
}
