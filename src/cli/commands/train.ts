// regraft train: photos in, a fine-tuned classifier out.
import { basename, dirname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { ExportForms } from "../../learner/border/report.js";
import { lessonRate } from "../../learner/fine-tune.js";
import type { Learner } from "../../learner/learner.js";
import { checkExportFolder, checkWritable } from "../../learner/node/writable.js";
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
import { percent } from "../table.js";
import { findRate, openFolder, readPhotos, sayNotices } from "./open-folder.js";
import { htmlFile, writePage } from "./report.js";
import { saySkipped } from "./skipped.js";
import { watchFits } from "./watch-fits.js";

interface TrainFlags extends LearnerFlags, ExportForms {
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
    .option("-o, --out <folder>", "where to export to (default: <photos' name>-model)")
    .addOption(
      new Option("--report [file.html]", "write a report as one HTML page (default: <export>-report.html)").argParser(
        htmlFile,
      ),
    );
  addLearnerOptions(addFormOptions(addNeed(command, freezeTo, fineTune)))
    .addHelpText("after", examples)
    .action((photos: string, flags: TrainFlags) =>
      perform(flags, (output) => train(photos, flags, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft train photos/
  $ regraft train photos/ --fine-tune 3 --report
  $ regraft train labels.csv --softmax --float16
  $ regraft train photos/ --epochs 10 --lr 0.01 --out pets-model/
  $ regraft train more-photos/ --model pets-model/ --json | tail -1`;

async function train(photos: string, flags: TrainFlags, environment: Environment, output: Output): Promise<0> {
  const { epochs, fineTune, freezeTo = 0, foldBatchNorm = false, softmax = false, float16 = false } = flags;
  const { signal, platform } = environment;
  const { out = `${basename(resolve(photos)).replace(/\.[ct]sv$/i, "") || "photos"}-model` } = flags;
  await checkExportFolder(out, platform.files);
  const page = flags.report === true ? `${out.replace(/[/\\]+$/, "")}-report.html` : flags.report;
  if (page !== undefined) await checkWritable(dirname(page));
  await using learner = await openFolder(photos, flags, environment, output);
  // What cannot be trained is told before any photo is read, and a head trained in vain.
  if (fineTune !== undefined) await learner.checkFreezeTo(freezeTo, { signal });
  const data = await readPhotos(learner, environment, output);
  const lr = flags.lr ?? (await suggestedRate(learner, environment, output));
  const { fits, ...watch } = watchFits(output);
  const { notices } = learner.info;
  const results = await (fineTune === undefined
    ? learner.fitOneCycle(epochs, lr, { ...watch, signal })
    : learner.fineTune(fineTune, { ...watch, signal, freezeEpochs: epochs, lr, freezeTo }));
  sayNotices(learner, output, notices);
  const { accuracy } = results.at(-1)!;
  await learner.exportOnnx(out, { foldBatchNorm, softmax, float16, signal });
  output.result(`accuracy ${percent(accuracy)} on ${data.valid} photos`);
  saySkipped(data.skipped, output);
  output.result(`exported to ${out}`);
  if (page !== undefined) {
    await writePage(page, await learner.report({ signal, onProgress: output.progress }), platform.files);
    output.result(`report: ${page}`);
  }
  output.json({
    model: learner.info.model,
    classes: learner.classes,
    train: data.train,
    valid: data.valid,
    lr,
    fits,
    epochs: results.map(({ epoch, trainLoss, validLoss, accuracy, seconds }) => ({
      epoch,
      trainLoss,
      validLoss,
      accuracy,
      seconds,
    })),
    accuracy,
    out,
    ...(page !== undefined && { report: page }),
  });
  return 0;
}

async function suggestedRate(learner: Learner, environment: Environment, output: Output): Promise<number> {
  const { lr, reason } = (await findRate(learner, environment, output)).suggestion;
  if (lr === null) output.note(`warning: No rate to suggest: ${reason} Taking ${lessonRate}; --lr sets another.`);
  else output.note(`Learning rate: ${reason}`);
  return lr ?? lessonRate;
}
