// A pretrained network made ready: imported, cut, loaded as a frozen session, checked by running it.
import type { Size } from "../../../datasets/resize.js";
import { outputSize } from "../../../datasets/transform.js";
import { isRegraftError, RegraftError } from "../../../errors.js";
import { type ImageInput, otherSize } from "../../../heads/image-input.js";
import type { Model } from "../../../onnx/graph.js";
import { writeModel } from "../../../onnx/write.js";
import type { Runtime, Session } from "../../../runtime/session.js";
import type { DeviceOptions } from "../device/device.js";
import { forDevice } from "../device/for-device.js";
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
  { options, once }: DeviceOptions,
  request: CutRequest,
): Promise<Network> {
  const evaluate = evaluatorOf(runtime, name, once);
  const imported = await unlessRefused(name, importModel(model, name, evaluate));
  const size = outputSize(transform);
  checkSize(imported.image, size, name);
  await refuseHuge(imported, { photos: 2, size, source: name }, (model) =>
    runtime.createSession(model, name, { ...once, once: true }),
  );
  const opened: Session[] = [];
  const open = async (frozen: Model): Promise<Session> => {
    const session = await runtime.createSession(writeModel(await forDevice(frozen, options.device)), name, options);
    opened.push(session);
    return session;
  };
  const bench = { source: name, request, transform, photos: twoPhotos(transform), evaluate, open };
  let kept: Network | undefined;
  try {
    kept = await unlessRefused(name, openForMost(imported, bench), sizeHint(imported.image, size));
    return kept;
  } finally {
    for (const session of opened) if (session !== kept?.session) await session.release();
  }
}

function checkSize(image: ImageInput, photo: Size, name: string): void {
  const wanted = otherSize(image, photo);
  if (wanted === undefined) return;
  const given = `${photo.height}×${photo.width}`;
  throw new RegraftError(
    "invalid-argument",
    { name: "image", expected: `${wanted} pixels`, received: given },
    `${name} takes photos of ${wanted} pixels, but they would be prepared as ${given}. ` +
      "Set image.crop (and image.resize) to the model's size.",
  );
}

/** Transformers, for one, often leave open what their positions fix. */
function sizeHint(image: ImageInput, { height, width }: Size): string {
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
