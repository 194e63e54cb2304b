// An exported classifier looked into, with photos that it is tried on.
import type { Task } from "../../../datasets/task.js";
import type { CallContext } from "../../border/channel.js";
import type { PhotoInterpretation } from "../../interpret/interpretation.js";
import { reportPage } from "../../report/page.js";
import { readRecord, recordFile, type TrainingRecord } from "../../report/training-record.js";
import { type EvaluationSpec, type PhotoEvaluationInput, tryPhotos } from "../classifier/photo-evaluation.js";
import { baseName, type Files, join } from "../platform.js";
import { type Interpreted, type InterpretRequest, interpretation } from "./interpret.js";

export { activations, gradCam } from "./look.js";

export type PhotosRequest = EvaluationSpec & InterpretRequest;

export async function interpretPhotos(
  input: PhotoEvaluationInput,
  look: Interpreted["look"],
  request: InterpretRequest,
  context: CallContext,
): Promise<PhotoInterpretation<Task>> {
  const { tried, photos: _, skipped, ...result } = await tryPhotos(input, context);
  const { transform, decoder, thresholds, photos } = input;
  const { task, classes } = photos;
  const interpreted = { ...tried, result, task, classes, thresholds, transform, decoder, look };
  return { ...(await interpretation(interpreted, request, context)), skipped };
}

export interface ReportRequest extends InterpretRequest {
  /** The export's folder. */
  readonly source: string;
  readonly files: Files;
}

/** The HTML page. */
export async function reportPhotos(
  input: PhotoEvaluationInput,
  look: Interpreted["look"],
  { source, files, ...request }: ReportRequest,
  context: CallContext,
): Promise<string> {
  // Before the work that would be in vain.
  const record = await recordIn(source, files);
  const { skipped, ...interpretation } = await interpretPhotos(input, look, request, context);
  return reportPage({ task: input.photos.task, model: baseName(source), interpretation, skipped, record });
}

async function recordIn(folder: string, files: Files): Promise<TrainingRecord | undefined> {
  const path = join(folder, recordFile);
  if ((await files.kind(path)) !== "file") return undefined;
  return readRecord(new TextDecoder().decode(await files.read(path)), path);
}
