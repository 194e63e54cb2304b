// What `regraft train` does once its learner is ready, or was put where an interrupted one stood: fits, export, results.
import type { Task } from "../../datasets/task.js";
import type { DataInfo } from "../../learner/border/info.js";
import type { EpochResult } from "../../learner/border/report.js";
import type { TrainingOptions } from "../../learner/call-options.js";
import type { Learner } from "../../learner/learner.js";
import { checkExportFolder } from "../../learner/node/writable.js";
import type { Environment } from "../environment.js";
import type { Output } from "../output.js";
import { epochMetrics, metricsText, percent } from "../table.js";
import { readPhotos, sayNotices, sayOpened, someOf } from "./open-folder.js";
import { writePage } from "./report.js";
import { saySkipped } from "./skipped.js";
import { openCheckpoint, removeCheckpoints, sayHowToGoOn, type TrainNote } from "./train-checkpoints.js";
import { watchFits } from "./watch-fits.js";

/** Goes on from a checkpoint. */
export async function resume(
  folder: string,
  otherOut: string | undefined,
  environment: Environment,
  output: Output,
): Promise<0> {
  const opened = await openCheckpoint(folder, environment, output);
  await using learner = opened.learner;
  const note = otherOut === undefined ? opened.note : { ...opened.note, out: otherOut };
  await checkExportFolder(note.out, environment.platform.files);
  sayOpened(learner, output);
  const { history } = learner;
  output.note(`Going on after ${history.length} ${history.length === 1 ? "epoch" : "epochs"}`);
  const data = await readPhotos(learner, environment, output);
  const { fits: _, ...watch } = watchFits(output, epochMetrics(learner.info));
  const options: TrainingOptions<Task> = { ...watch, signal: environment.signal };
  return await finish(learner, { data, note, folder, fits: () => learner.resume(options) }, environment, output);
}

export interface Stages {
  readonly data: DataInfo;
  readonly note: TrainNote;
  /** Of the checkpoints. */
  readonly folder: string | undefined;
  readonly fits: () => Promise<unknown>;
}

/** Trains, exports, and tells what came of it. */
export async function finish(
  learner: Learner<Task>,
  { data, note, folder, fits }: Stages,
  environment: Environment,
  output: Output,
): Promise<0> {
  const { out, lr, forms, keep, report } = note;
  const { notices } = learner.info;
  const { signal } = environment;
  let scores: Scores;
  let thresholds: Awaited<ReturnType<Learner["tuneThresholds"]>> | undefined;
  try {
    await fits();
    sayNotices(learner, output, notices);
    scores = scoresOf(presentEpoch(learner));
    if (note.tuneThresholds) {
      thresholds = await learner.tuneThresholds({ signal });
      const list = Object.entries(thresholds).map(([label, threshold]) => `${label} ${threshold.toFixed(3)}`);
      output.note(`Thresholds: ${someOf(list, 10)}`);
      scores = { metrics: (await learner.validate({ signal })).metrics };
    }
    await learner.exportOnnx(out, { ...forms, signal });
  } catch (error) {
    if (folder !== undefined) await sayHowToGoOn(folder, error, environment, output);
    throw error;
  }
  const told = "accuracy" in scores ? `accuracy ${percent(scores.accuracy)}` : metricsText(scores.metrics);
  // Thresholds flatter on the photos that they were chosen by.
  const photos = `${data.valid} photos${thresholds ? ", which the thresholds were tuned on" : ""}`;
  output.result(`${told} on ${photos}`);
  saySkipped(data.skipped, output);
  output.result(`exported to ${out}`);
  if (report !== undefined) {
    const page = await learner.report({ signal, onProgress: output.progress });
    await writePage(report, page, environment.platform.files);
    output.result(`report: ${report}`);
  }
  output.json({
    model: learner.info.model,
    classes: learner.classes,
    train: data.train,
    valid: data.valid,
    lr,
    fits: learner.fits.map(({ planned, groups }) => ({ epochs: planned, groups })),
    epochs: learner.history.map((result) => {
      const { epoch, trainLoss, validLoss, seconds } = result;
      return { epoch, trainLoss, validLoss, ...scoresOf(result), seconds };
    }),
    ...scores,
    ...(thresholds && { thresholds }),
    out,
    ...(report !== undefined && { report }),
  });
  if (folder !== undefined && !keep) await removeCheckpoints(folder, environment);
  return 0;
}

type Scores = { readonly accuracy: number } | Pick<EpochResult<Task>, "metrics">;

/** Of classes the accuracy, of others what was measured. */
const scoresOf = ({ accuracy, metrics }: EpochResult<Task>): Scores =>
  accuracy === undefined ? { metrics } : { accuracy };

/** The one whose weights the learner has: the last, unless the best was gone back to. */
function presentEpoch({ fits, history }: Learner<Task>): EpochResult<Task> {
  const tracked = fits.at(-1)?.tracked;
  const best = tracked?.isRestored ? history.find(({ epoch }) => epoch === tracked.best) : undefined;
  return best ?? history.at(-1)!;
}
