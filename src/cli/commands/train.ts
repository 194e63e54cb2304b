// regraft train: photos in, a fine-tuned classifier out.
import { basename, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { DataInfo } from "../../learner/border/info.js";
import type { EpochResult } from "../../learner/border/report.js";
import { refuseForeignFolder } from "../../learner/export/export.js";
import type { Learner } from "../../learner/learner.js";
import { checkWritable } from "../../learner/node/writable.js";
import { formatRate } from "../../lr-range/format-rate.js";
import type { Environment } from "../environment.js";
import { addLearnerOptions, folderArgument, type LearnerFlags, positive, whole } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { epochHeader, epochLine, percent } from "../table.js";
import { findRate, openFolder } from "./open-folder.js";

interface TrainFlags extends LearnerFlags {
  readonly epochs: number;
  readonly lr?: number;
  readonly out?: string;
}

export function addTrain(program: Command, environment: Environment, perform: Perform): void {
  const command = program
    .command("train")
    .summary("train a classifier on a folder of photos")
    .description("Fine-tune a pretrained model on a folder of photos and export the classifier.")
    .addArgument(folderArgument())
    .addOption(new Option("-e, --epochs <integer>", "rounds over all photos").argParser(whole(1, 100_000)).default(5))
    .addOption(
      new Option("--lr <rate>", "highest learning rate (default: what a range test suggests)").argParser(positive),
    )
    .option("-o, --out <folder>", "where to export to (default: <folder's name>-model)");
  addLearnerOptions(command)
    .addHelpText("after", examples)
    .action((folder: string, flags: TrainFlags) =>
      perform(flags, (output) => train(folder, flags, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft train photos/
  $ regraft train photos/ --epochs 10 --lr 0.01 --out pets-model/
  $ regraft train more-photos/ --model pets-model/ --json | tail -1`;

async function train(folder: string, flags: TrainFlags, environment: Environment, output: Output): Promise<0> {
  const { epochs, out = `${basename(resolve(folder)) || "photos"}-model` } = flags;
  await refuseForeignFolder(out, environment.platform.files);
  await checkWritable(out);
  const { learner: opened, data } = await openFolder(folder, flags, environment, output);
  await using learner = opened;
  const lr = flags.lr ?? (await suggestedRate(learner, environment, output));
  const results = await trainEpochs(learner, epochs, lr, environment, output);
  const { accuracy } = results.at(-1)!;
  await learner.exportOnnx(out, environment);
  output.result(`accuracy ${percent(accuracy)} on ${data.valid} photos`);
  sayWhatWasSkipped(data, output);
  output.result(`exported to ${out}`);
  output.json({
    model: learner.info.model,
    classes: learner.classes,
    train: data.train,
    valid: data.valid,
    lr,
    epochs: results.map(({ epoch, trainLoss, validLoss, accuracy, seconds }) => ({
      epoch,
      trainLoss,
      validLoss,
      accuracy,
      seconds,
    })),
    accuracy,
    out,
  });
  return 0;
}

/** fast.ai's lesson starts from this rate. */
const lessonRate = 0.01;

async function suggestedRate(learner: Learner, environment: Environment, output: Output): Promise<number> {
  const { lr, reason } = (await findRate(learner, environment, output)).suggestion;
  if (lr === null) output.note(`warning: No rate to suggest: ${reason} Taking ${lessonRate}; --lr sets another.`);
  else output.note(`Learning rate: ${reason}`);
  return lr ?? lessonRate;
}

/** Prints every epoch's line as soon as it is done. */
function trainEpochs(
  learner: Learner,
  epochs: number,
  lr: number,
  { signal }: Environment,
  output: Output,
): Promise<EpochResult[]> {
  output.note(`Training ${epochs} epochs, learning rate up to ${formatRate(lr)}`);
  output.result(epochHeader);
  let epoch = 0;
  return learner.fitOneCycle(epochs, lr, {
    signal,
    // One bar for all epochs: a single one is often done before it can be seen.
    onProgress: ({ phase, done, total }) =>
      output.progress({ phase, done: epoch * total + done, total: epochs * total }),
    callbacks: [
      {
        afterEpoch: (state, result) => {
          epoch = state.epoch + 1;
          output.result(epochLine(result));
        },
      },
    ],
  });
}

const mostNamed = 5;

function sayWhatWasSkipped({ skipped }: DataInfo, output: Output): void {
  if (skipped.length === 0) return;
  const named = skipped.slice(0, mostNamed).map(({ image, reason }) => `  ${image}: ${reason}`);
  const rest = skipped.length > mostNamed ? [`  and ${skipped.length - mostNamed} more`] : [];
  output.result([`${skipped.length} skipped:`, ...named, ...rest].join("\n"));
}
