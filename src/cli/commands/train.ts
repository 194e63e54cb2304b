// regraft train: photos in, a fine-tuned classifier out.
import { basename, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { EpochResult, ExportForms } from "../../learner/border/report.js";
import type { Learner } from "../../learner/learner.js";
import { checkExportFolder } from "../../learner/node/writable.js";
import { formatRate } from "../../lr-range/format-rate.js";
import type { Environment } from "../environment.js";
import { addFormOptions, addLearnerOptions, type LearnerFlags, photosArgument, positive, whole } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { epochHeader, epochLine, percent } from "../table.js";
import { findRate, openFolder } from "./open-folder.js";
import { saySkipped } from "./skipped.js";

interface TrainFlags extends LearnerFlags, ExportForms {
  readonly epochs: number;
  readonly lr?: number;
  readonly out?: string;
}

export function addTrain(program: Command, environment: Environment, perform: Perform): void {
  const command = program
    .command("train")
    .summary("train a classifier on photos")
    .description("Fine-tune a pretrained model on photos and export the classifier.")
    .addArgument(photosArgument())
    .addOption(new Option("-e, --epochs <integer>", "rounds over all photos").argParser(whole(1, 100_000)).default(5))
    .addOption(
      new Option("--lr <rate>", "highest learning rate (default: what a range test suggests)").argParser(positive),
    )
    .option("-o, --out <folder>", "where to export to (default: <photos' name>-model)");
  addLearnerOptions(addFormOptions(command))
    .addHelpText("after", examples)
    .action((photos: string, flags: TrainFlags) =>
      perform(flags, (output) => train(photos, flags, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft train photos/
  $ regraft train labels.csv --softmax --float16
  $ regraft train photos/ --epochs 10 --lr 0.01 --out pets-model/
  $ regraft train more-photos/ --model pets-model/ --json | tail -1`;

async function train(photos: string, flags: TrainFlags, environment: Environment, output: Output): Promise<0> {
  const { epochs, softmax = false, float16 = false } = flags;
  const { signal, platform } = environment;
  const { out = `${basename(resolve(photos)).replace(/\.[ct]sv$/i, "") || "photos"}-model` } = flags;
  await checkExportFolder(out, platform.files);
  const { learner: opened, data } = await openFolder(photos, flags, environment, output);
  await using learner = opened;
  const lr = flags.lr ?? (await suggestedRate(learner, environment, output));
  const results = await trainEpochs(learner, epochs, lr, environment, output);
  const { accuracy } = results.at(-1)!;
  await learner.exportOnnx(out, { softmax, float16, signal });
  output.result(`accuracy ${percent(accuracy)} on ${data.valid} photos`);
  saySkipped(data.skipped, output);
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
