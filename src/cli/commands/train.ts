// regraft train: photos in, a fine-tuned classifier out.
import { basename, dirname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Task } from "../../datasets/task.js";
import type { ExportForms } from "../../learner/border/report.js";
import { lessonRate } from "../../learner/fine-tune.js";
import type { Learner } from "../../learner/learner.js";
import { checkExportFolder, checkWritable } from "../../learner/node/writable.js";
import { type AugmentFlags, addAugmentOptions } from "../augment-options.js";
import type { Environment } from "../environment.js";
import { labelsIn } from "../label-options.js";
import {
  addFormOptions,
  addLearnerOptions,
  addNeed,
  freezeToOption,
  howTrained,
  type LearnerFlags,
  photosArgument,
  positive,
  whole,
} from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { epochMetrics } from "../table.js";
import { findRate, openFolder, readPhotos } from "./open-folder.js";
import { htmlFile } from "./report.js";
import { checkCheckpointFolder, checkpointFolder, setAside, type TrainNote } from "./train-checkpoints.js";
import { finish, resume } from "./train-stages.js";
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
  /** A file; true: beside the export. */
  readonly report?: string | true;
  /** A folder; false: none. */
  readonly checkpoint?: string | boolean;
  /** A folder with checkpoints. */
  readonly resume?: string;
  /** Epochs without a better one. */
  readonly earlyStopping?: true | number;
  readonly tuneThresholds?: true;
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
    .description("Fine-tune a pretrained model on photos and export it.")
    .addArgument(photosArgument("[photos]"))
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
    .addOption(
      new Option(
        "--early-stopping [integer]",
        "end when the validation loss gets no better for so many rounds (default: 1), with the best round's weights",
      ).argParser(whole(1, 100_000)),
    )
    .option("-o, --out <folder>", "where to export to (default: <photos' name>-model)")
    .addOption(
      new Option("--report [file.html]", "write a report as one HTML page (default: <export>-report.html)").argParser(
        htmlFile,
      ),
    )
    .hook("preAction", checkUsage);
  addFormOptions(addCheckpointOptions(addAugmentOptions(addLearnerOptions(addNeed(command, freezeTo, fineTune)))))
    .optionsGroup(howTrained)
    .option("--tune-thresholds", "find for each label the probability to call it from, where F1 is highest, not 0.5")
    .addHelpText("after", examples)
    .action((photos: string, flags: TrainFlags) =>
      perform(flags, (output) =>
        flags.resume === undefined
          ? train(photos, flags, environment, output)
          : resume(flags.resume, flags.out, environment, output),
      ),
    );
}

const addCheckpointOptions = (command: Command): Command =>
  command
    .optionsGroup("Checkpoints:")
    .option("--checkpoint <folder>", "where checkpoints go, and stay (default: <out>.checkpoint, until all is done)")
    .option("--no-checkpoint", "write no checkpoints")
    .option(
      "--resume <folder>",
      "go on with an interrupted training from its checkpoints; takes --out and --json alone",
    )
    .optionsGroup("Options:");

/** Photos, or checkpoints to go on from: these have all options with them. */
function checkUsage(command: Command): void {
  const isResumed = command.getOptionValue("resume") !== undefined;
  if (!isResumed && command.args.length === 0) command.error("error: missing required argument 'photos'");
  const { tuneThresholds, labelDelimiter, labels } = command.opts<TrainFlags>();
  if (tuneThresholds && !isResumed && labelDelimiter === undefined && !labels)
    command.error("error: option '--tune-thresholds' needs '--label-delimiter <text>' or '--labels <names>'");
  if (!isResumed) return;
  if (command.args.length > 0) command.error("error: --resume takes the photos that the training began with");
  const own = ["resume", "out", "json"];
  const other = command.options.find((option) => {
    const name = option.attributeName();
    return !own.includes(name) && command.getOptionValueSource(name) === "cli";
  });
  if (other) command.error(`error: --resume takes '${other.flags}' from the checkpoint`);
}

const examples = `
Examples:
  $ regraft train photos/
  $ regraft train photos/ --fine-tune 3 --report
  $ regraft train photos/ --views 4 --fine-tune 3         on varied photos
  $ regraft train --resume photos-model.checkpoint/
  $ regraft train tags.csv --label-delimiter " "          any number of labels
  $ regraft train tags.csv --labels sunny,indoor --tune-thresholds
  $ regraft train people.csv --targets age --loss mae     a number to predict
  $ regraft train more/ --model pets-model/ --head pretrained
  $ regraft train photos/ --json | tail -1

In the JSON, after each epoch and at the end, of classes: accuracy; of labels
and numbers: metrics { f1, mAP } or { mae, r2 }.`;

async function train(photos: string, flags: TrainFlags, environment: Environment, output: Output): Promise<0> {
  const { epochs, fineTune, freezeTo = 0 } = flags;
  const { foldBatchNorm = false, softmax = false, sigmoid = false, float16 = false } = flags;
  const { signal, platform } = environment;
  const { out = `${basename(resolve(photos)).replace(/\.[ct]sv$/i, "") || "photos"}-model` } = flags;
  await checkExportFolder(out, platform.files);
  const page = flags.report === true ? `${out.replace(/[/\\]+$/, "")}-report.html` : flags.report;
  if (page !== undefined) await checkWritable(dirname(page));
  const folder = checkpointFolder(flags.checkpoint, out);
  const keep = typeof flags.checkpoint === "string";
  if (folder !== undefined) await checkCheckpointFolder(folder, { out, keep }, platform);
  await using learner = await openFolder(photos, flags, environment, output);
  // What cannot be trained is told before any photo is read, and a head trained in vain.
  if (fineTune !== undefined) await learner.checkFreezeTo(freezeTo, { signal });
  const data = await readPhotos(learner, environment, output);
  const lr = flags.lr ?? (await suggestedRate(learner, environment, output));
  const forms = { foldBatchNorm, softmax, sigmoid, float16 };
  const note: TrainNote = {
    command: "train",
    cwd: process.cwd(),
    photos,
    labels: labelsIn(flags),
    out,
    lr,
    forms,
    keep,
    ...(flags.tuneThresholds && { tuneThresholds: true }),
    ...(page !== undefined && { report: page }),
  };
  if (folder !== undefined && !keep) await setAside(folder, environment, output);
  const { fits: _, ...watch } = watchFits(output, epochMetrics(learner.info));
  const options = {
    ...watch,
    signal,
    ...(flags.earlyStopping && { earlyStopping: patienceOf(flags.earlyStopping) }),
    ...(folder !== undefined && { checkpoint: { folder, note } }),
  };
  const fits = (): Promise<unknown> =>
    fineTune === undefined
      ? learner.fitOneCycle(epochs, lr, options)
      : learner.fineTune(fineTune, { ...options, freezeEpochs: epochs, lr, freezeTo });
  return await finish(learner, { data, note, folder, fits }, environment, output);
}

const patienceOf = (given: true | number) => given === true || { patience: given };

async function suggestedRate(learner: Learner<Task>, environment: Environment, output: Output): Promise<number> {
  const { lr, reason } = (await findRate(learner, environment, output)).suggestion;
  if (lr === null) output.note(`warning: No rate to suggest: ${reason} Taking ${lessonRate}; --lr sets another.`);
  else output.note(`Learning rate: ${reason}`);
  return lr ?? lessonRate;
}
