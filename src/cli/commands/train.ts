// regraft train: photos in, a fine-tuned classifier out.
import { basename, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Task } from "../../datasets/task.js";
import type { EpochResult, ExportForms } from "../../learner/border/report.js";
import { lessonRate } from "../../learner/fine-tune.js";
import type { Learner } from "../../learner/learner.js";
import { checkExportFolder } from "../../learner/node/writable.js";
import { type AugmentFlags, addAugmentOptions } from "../augment-options.js";
import type { Environment } from "../environment.js";
import {
  addFormOptions,
  addLearnerOptions,
  addNeed,
  freezeToOption,
  type LearnerFlags,
  photosArgument,
  positive,
  whole,
} from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { epochMetrics, metricsText, percent } from "../table.js";
import { findRate, openFolder, readPhotos, sayNotices } from "./open-folder.js";
import { saySkipped } from "./skipped.js";
import { watchFits } from "./watch-fits.js";

interface TrainFlags extends LearnerFlags, AugmentFlags, ExportForms {
  /** Of the head. */
  readonly epochs: number;
  /** Epochs of all layers that follow. */
  readonly fineTune?: number;
  readonly freezeTo?: number;
  /** Of the head. */
  readonly lr?: number;
  readonly out?: string;
}

export function addTrain(program: Command, environment: Environment, perform: Perform): void {
  const fineTune = new Option(
    "--fine-tune <integer>",
    "then so many rounds that train all layers, at half the head's rate, the first layers at a hundredth of that",
  ).argParser(whole(1, 100_000));
  const freezeTo = freezeToOption("layer groups that --fine-tune leaves frozen (default: none)");
  const command = program
    .command("train")
    .summary("train a classifier on photos")
    .description("Fine-tune a pretrained model on photos and export the classifier.")
    .addArgument(photosArgument())
    .addOption(
      new Option("-e, --epochs <integer>", "rounds over all photos that train the new head alone")
        .argParser(whole(1, 100_000))
        .default(5),
    )
    .addOption(fineTune)
    .addOption(freezeTo)
    .addOption(
      new Option("--lr <rate>", "the head's highest learning rate (default: what a range test suggests)").argParser(
        positive,
      ),
    )
    .option("-o, --out <folder>", "where to export to (default: <photos' name>-model)");
  addAugmentOptions(addLearnerOptions(addFormOptions(addNeed(command, freezeTo, fineTune))))
    .addHelpText("after", examples)
    .action((photos: string, flags: TrainFlags) =>
      perform(flags, (output) => train(photos, flags, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft train photos/
  $ regraft train photos/ --fine-tune 3
  $ regraft train photos/ --views 4 --fine-tune 3         each photo in four varied copies, then anew in every round
  $ regraft train labels.csv --softmax --float16
  $ regraft train tags.csv --label-delimiter " " --class-weights balanced      any number of labels a photo
  $ regraft train people.csv --targets age --loss mae                          a number to predict
  $ regraft train photos/ --epochs 10 --lr 0.01 --out pets-model/
  $ regraft train more-photos/ --model pets-model/ --json | tail -1

In the JSON, of classes: accuracy, after each epoch and at the end; of labels and numbers: metrics { f1, mAP } or { mae, r2 }.`;

async function train(photos: string, flags: TrainFlags, environment: Environment, output: Output): Promise<0> {
  const { epochs, fineTune, freezeTo = 0 } = flags;
  const { foldBatchNorm = false, softmax = false, sigmoid = false, float16 = false } = flags;
  const { signal, platform } = environment;
  const { out = `${basename(resolve(photos)).replace(/\.[ct]sv$/i, "") || "photos"}-model` } = flags;
  await checkExportFolder(out, platform.files);
  await using learner = await openFolder(photos, flags, environment, output);
  // What cannot be trained is told before any photo is read, and a head trained in vain.
  if (fineTune !== undefined) await learner.checkFreezeTo(freezeTo, { signal });
  const data = await readPhotos(learner, environment, output);
  const lr = flags.lr ?? (await suggestedRate(learner, environment, output));
  const { fits, ...watch } = watchFits(output, epochMetrics(learner.info));
  const { notices } = learner.info;
  const results = await (fineTune === undefined
    ? learner.fitOneCycle(epochs, lr, { ...watch, signal })
    : learner.fineTune(fineTune, { ...watch, signal, freezeEpochs: epochs, lr, freezeTo }));
  sayNotices(learner, output, notices);
  const { accuracy, metrics } = results.at(-1)!;
  await learner.exportOnnx(out, { foldBatchNorm, softmax, sigmoid, float16, signal });
  const scores = accuracy === undefined ? metricsText(metrics) : `accuracy ${percent(accuracy)}`;
  output.result(`${scores} on ${data.valid} photos`);
  saySkipped(data.skipped, output);
  output.result(`exported to ${out}`);
  output.json({
    model: learner.info.model,
    classes: learner.classes,
    train: data.train,
    valid: data.valid,
    lr,
    fits,
    epochs: results.map(({ epoch, trainLoss, validLoss, seconds, ...scores }) => ({
      epoch,
      trainLoss,
      validLoss,
      ...scoresOf(scores),
      seconds,
    })),
    ...scoresOf({ accuracy, metrics }),
    out,
  });
  return 0;
}

/** Of classes the accuracy, of others what was measured. */
const scoresOf = ({
  accuracy,
  metrics,
}: {
  readonly accuracy?: number | undefined;
  readonly metrics: EpochResult["metrics"];
}) => (accuracy === undefined ? { metrics } : { accuracy });

async function suggestedRate(learner: Learner<Task>, environment: Environment, output: Output): Promise<number> {
  const { lr, reason } = (await findRate(learner, environment, output)).suggestion;
  if (lr === null) output.note(`warning: No rate to suggest: ${reason} Taking ${lessonRate}; --lr sets another.`);
  else output.note(`Learning rate: ${reason}`);
  return lr ?? lessonRate;
}
