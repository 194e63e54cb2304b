// A pretrained network made ready: imported, cut, loaded as a frozen session, checked by running it.
import { type ImageTransform, outputSize } from "../../../datasets/transform.js";
import { isRegraftError, RegraftError } from "../../../errors.js";
import type { ImageInput } from "../../../heads/image-input.js";
import type { Model } from "../../../onnx/graph.js";
import { writeModel } from "../../../onnx/write.js";
import type { Runtime, Session, SessionOptions } from "../../../runtime/session.js";
import { evaluatorOf } from "./evaluator.js";
import { openForMost } from "./frozen-batch.js";
import type { CutRequest, Network } from "./frozen-network.js";
import { importModel } from "./import-model.js";
import type { Pretrained } from "./pretrained.js";
import { twoPhotos } from "./probe-photos.js";
import { refuseHuge } from "./refuse-huge.js";

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
  await refuseHuge(imported.model, { image: value, shape: [batch ?? 2, 3, height, width], source: name }, (model) =>
    runtime.createSession(model, name, { ...options, once: true }),
  );
  const opened: Session[] = [];
  const open = async (frozen: Model): Promise<Session> => {
    const session = await runtime.createSession(writeModel(frozen), name, options);
    opened.push(session);
    return session;
  };
  const bench = { source: name, request, transform, photos: twoPhotos(transform), evaluate, open };
  let kept: Network | undefined;
  try {
    kept = await unlessRefused(name, openForMost(imported, bench), sizeHint(imported.image, height, width));
    return kept;
  } finally {
    for (const session of opened) if (session !== kept?.session) await session.release();
  }
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
