// Writes down where a learner stands: what it has learnt, what it was made of, and what its caller's side knows.
import { withoutItems } from "../../../datasets/grown-dataset.js";
import { writeModel } from "../../../onnx/write.js";
import type { CheckpointRequest, TrainingRecord } from "../../border/checkpoint.js";
import type { LearnerSpec } from "../../border/spec.js";
import type { Divided } from "../divided.js";
import type { LearnerState } from "../learner-state.js";
import { type OpenedLearner, storageKey } from "../open-learner.js";
import type { Position } from "../position.js";
import { sha256 } from "../sha256.js";
import { writeCheckpoint } from "./generations.js";
import { checkpointVersion, type LearnerFacts, randomness } from "./manifest.js";
import { photosFile } from "./photos-file.js";
import { notWritten } from "./refusals.js";
import { writeSafetensors } from "./safetensors.js";
import { toTensors } from "./saved-state.js";

/**
 * @param position default: the learner's own.
 * @throws RegraftError "file-access"; what was in the folder is then as it was
 */
export async function saveCheckpoint(
  learner: LearnerState,
  { folder, training, note }: CheckpointRequest,
  position: Position = learner.position,
): Promise<void> {
  const { divided, learnt, best, extraction, thresholds } = learner;
  const start = isUnderWay(training) ? learner.beforeFit : undefined;
  const { spec, photos } = divided.learner;
  const isPresent = best !== undefined && best === position.state;
  const manifest = {
    version: checkpointVersion,
    position: {
      epoch: position.epoch,
      step: position.step,
      ...(start && { start: { epoch: start.epoch, step: start.step } }),
      frozen: divided.boundary.first,
      best: best === undefined ? ("none" as const) : isPresent ? ("present" as const) : ("kept" as const),
      ...(thresholds && { thresholds }),
    },
    random: randomness,
    learner: await factsOf(divided),
    spec: plainSpec(spec),
    training,
    ...(note !== undefined && { note }),
  };
  const tensors = toTensors({ state: position.state, learnt, best: isPresent ? undefined : best });
  try {
    const storage = await learner.platform.storage(folder);
    await writeCheckpoint(storage, {
      manifest,
      tensors,
      photos: { of: extraction ?? photos, encode: () => photosFile(photos, extraction) },
      start: start && {
        of: start.state,
        encode: () => writeSafetensors({ tensors: start.state, metadata: { format: "pt" } }),
      },
    });
  } catch (error) {
    throw notWritten(folder, error);
  }
}

/** Whether steps of the fit are taken: one that is to begin will begin where the learner stands. */
const isUnderWay = ({ agenda }: TrainingRecord): boolean =>
  agenda?.steps[0]?.kind === "fit" && (agenda.progress.epoch > 0 || agenda.progress.step > 0);

/** Without what is too large, or nobody can write down: bytes and items. */
export const plainSpec = (spec: LearnerSpec): LearnerSpec => ({
  ...spec,
  model: typeof spec.model === "string" ? spec.model : "",
  data: withoutItems(spec.data),
});

export async function factsOf({ learner, boundary }: Divided): Promise<LearnerFacts> {
  const { pretrained, photos, device } = learner;
  return {
    model: pretrained.name,
    network: await networkHash(learner),
    classes: photos.classes,
    device: device.options.device,
    precision: "float32",
    rowsPerRun: boundary.microBatch ?? null,
    cacheKey: (await storageKey(learner, boundary)) ?? null,
  };
}

const hashes = new WeakMap<OpenedLearner, Promise<string>>();

/** Of a network of hundreds of megabytes it takes a second: once. */
function networkHash(learner: OpenedLearner): Promise<string> {
  const known = hashes.get(learner) ?? sha256(writeModel(learner.backbone.model));
  hashes.set(learner, known);
  return known;
}
