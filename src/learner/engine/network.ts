// A pretrained network made ready: cut, loaded as a frozen session, checked by running it once.
import type { Size } from "../../datasets/resize.js";
import { type ImageTransform, outputSize } from "../../datasets/transform.js";
import { RegraftError } from "../../errors.js";
import { type Cut, cutClassifier } from "../../heads/cut.js";
import type { Model } from "../../onnx/graph.js";
import { writeModel } from "../../onnx/write.js";
import type { Runtime, Session, SessionOptions } from "../../runtime/session.js";
import { float32 } from "../../tensor.js";
import type { FrozenNetwork } from "./features.js";
import type { Pretrained } from "./pretrained.js";

export interface Network extends FrozenNetwork {
  /** The frozen part as a model: image in, features [N, F] out. */
  readonly model: Model;
  readonly cut: Cut;
  readonly transform: ImageTransform;
}

/**
 * @throws RegraftError "no-classifier-found", "unsupported-model" (also when the runtime does not know an operator, the
 * batch is fixed, or the features are not one row per photo), "invalid-argument" when photos would not fit the model's input
 */
export async function openNetwork(pretrained: Pretrained, runtime: Runtime, options: SessionOptions): Promise<Network> {
  const { model: whole, name, transform } = pretrained;
  const cut = cutClassifier(whole.graph, name);
  const size = outputSize(transform);
  checkBatch(cut, name);
  checkSize(cut, size, name);
  const model: Model = { ...whole, graph: cut.frozen };
  const session = await runtime.createSession(writeModel(model), name, options).catch((cause: Error) => {
    throw unsupported(name, "ONNX Runtime cannot load it", cause);
  });
  try {
    const shape = await featureShape(session, size);
    if (`${shape}` !== `2,${cut.featureCount}`) throw new Error(`It gives [${shape}].`);
  } catch (cause) {
    await session.release();
    throw unsupported(name, `it does not turn two photos into features [2, ${cut.featureCount}]`, cause);
  }
  return { session, featureCount: cut.featureCount, model, cut, transform };
}

/** Of two photos: of one, a network that reads all photos as one would give the same. */
async function featureShape(session: Session, { height, width }: Size): Promise<readonly number[]> {
  const outputs = await session.run({ [session.inputNames[0]!]: float32([2, 3, height, width]) });
  return outputs[session.outputNames[0]!]!.shape;
}

function checkBatch({ image }: Cut, name: string): void {
  const batch = image.value.shape?.[0];
  if (typeof batch !== "number" || batch === 0) return;
  const reason = `it takes exactly ${batch} ${batch === 1 ? "photo" : "photos"} at a time`;
  const message = `${name} cannot be used: ${reason}. Export it with a batch of any size (torch.onnx.export: dynamic_axes).`;
  throw new RegraftError("unsupported-model", { source: name, reason }, message);
}

function checkSize({ image }: Cut, { height, width }: Size, name: string): void {
  if ((image.height ?? height) === height && (image.width ?? width) === width) return;
  const wanted = `${image.height ?? "any"}×${image.width ?? "any"}`;
  throw new RegraftError(
    "invalid-argument",
    { name: "image", expected: `${wanted} pixels`, received: `${height}×${width}` },
    `${name} takes photos of ${wanted} pixels, but they would be prepared as ${height}×${width}. ` +
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
