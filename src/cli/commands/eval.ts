// regraft eval: how well an exported classifier does on labelled photos.
import type { Command } from "commander";
import type { Task } from "../../datasets/task.js";
import type { EvaluateOptions } from "../../learner/call-options.js";
import { mostConfused } from "../../learner/engine/interpret/most-confused.js";
import type { ClassScore } from "../../learner/engine/training/metrics.js";
import type { ConfusedPair } from "../../learner/interpret/interpretation.js";
import { loadClassifierOn } from "../../learner/load-classifier.js";
import type { Device } from "../../runtime/devices.js";
import { ttaOption } from "../augment-options.js";
import type { Environment } from "../environment.js";
import { addLabelOptions, type LabelFlags, photosAt } from "../label-options.js";
import { deviceOption, jsonOption, photosArgument, seedOption, splitOption } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { percent, table } from "../table.js";
import { tellOthers } from "./eval-others.js";
import { saySkipped } from "./skipped.js";

interface EvalFlags extends Pick<EvaluateOptions, "split">, LabelFlags {
  readonly seed: number;
  readonly device: string;
  readonly tta?: boolean;
  readonly json?: boolean;
}

export function addEval(program: Command, environment: Environment, perform: Perform): void {
  const command = program
    .command("eval")
    .summary("try an exported model on labelled photos")
    .description(
      "Try an exported model on labelled photos: accuracy, scores of each class, what is confused with what; or the scores of each label or number.",
    )
    .argument("<model-folder>", "what `regraft train` has exported")
    .addArgument(photosArgument());
  addLabelOptions(command)
    .addOption(splitOption())
    .addOption(seedOption("draws the split as it does for train"))
    .addOption(ttaOption())
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action((folder: string, photos: string, flags: EvalFlags) =>
      perform(flags, (output) => evaluate({ folder, photos, flags }, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft eval pets-model/ more-photos/
  $ regraft eval pets-model/ photos/ --split valid     those that \`regraft train photos/\` validated on
  $ regraft eval pets-model/ labels.csv --json | tail -1
  $ regraft eval tags-model/ tags.csv --label-delimiter " "
  $ regraft eval age-model/ people.csv --targets age

In the JSON, of classes: accuracy, classes, confusion, confused; of labels: metrics, labels; of numbers: metrics, targets.`;

interface Request {
  readonly folder: string;
  readonly photos: string;
  readonly flags: EvalFlags;
}

async function evaluate({ folder, photos, flags }: Request, environment: Environment, output: Output): Promise<0> {
  const { host, signal } = environment;
  const { split, seed, device, tta = false } = flags;
  const onProgress = output.progress;
  await using classifier = await loadClassifierOn<Task>(host, folder, { device: device as Device, signal, onProgress });
  for (const notice of classifier.info.notices) output.note(`note: ${notice}`);
  const options = { signal, onProgress, tta, ...(split && { split }) };
  const result = await classifier.evaluate(photosAt(photos, seed, flags), options);
  if (!("perClass" in result)) return tellOthers(folder, result, output);
  const { accuracy, loss, perClass, confusion, skipped } = result;
  const confused = mostConfused(confusion, classifier.classes);
  output.result(`accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)} on ${result.photos} photos`);
  output.result(scoreTable(perClass));
  if (confused.length > 0) output.result(`most confused:\n${confusedTable(confused.slice(0, mostPairs))}`);
  saySkipped(skipped, output);
  output.json({
    model: folder,
    photos: result.photos,
    accuracy,
    loss,
    classes: perClass.map(({ label, count, ...scores }) => ({ label, support: count, ...scores })),
    confusion,
    confused,
    skipped: skipped.map(({ image, reason }) => ({ image, reason })),
  });
  return 0;
}

const scoreTable = (scores: readonly ClassScore[]): string =>
  table([
    ["class", "precision", "recall", "F1", "support"],
    ...scores.map(({ label, precision, recall, f1, count }) => [
      label,
      percent(precision),
      percent(recall),
      f1.toFixed(3),
      String(count),
    ]),
  ]);

const mostPairs = 5;

const confusedTable = (pairs: readonly ConfusedPair[]): string =>
  table(pairs.map(({ actual, predicted, count }) => [`  ${actual}`, `taken for ${predicted}`, String(count)]));
