// Options that say what photos are labelled with, and what is made of that in training.
import { type Command, InvalidArgumentError, Option } from "commander";
import { givenFields } from "../arguments.js";
import type { Dataset } from "../datasets/dataset.js";
import { imageCsv } from "../datasets/image-csv.js";
import { imageFolder } from "../datasets/image-folder.js";
import type { Task } from "../datasets/task.js";
import { invalidArgument } from "../errors.js";
import type { LossSpec } from "../learner/border/spec.js";
import type { LossOption } from "../learner/loss-options.js";

/** How a table is read: what its columns hold, where it is not a class, and how files are called. */
export interface LabelFlags {
  readonly root?: string;
  readonly suffix?: string;
  readonly labelDelimiter?: string;
  readonly labels?: readonly string[];
  readonly targets?: readonly string[];
}

export const addLabelOptions = (command: Command): Command =>
  command
    .option(
      "--label-delimiter <text>",
      'photos have any number of labels, in one column of the .csv with this between them: " " for "sunny beach"',
    )
    .addOption(
      new Option("--labels <names>", "photos have any number of labels, each a 0/1 column of the .csv: sunny,beach")
        .argParser(list)
        .conflicts(["labelDelimiter", "targets"]),
    )
    .addOption(
      new Option("--targets <names>", "predict numbers, each a column of the .csv: age,height")
        .argParser(list)
        .conflicts(["labelDelimiter", "labels"]),
    )
    .option("--root <folder>", "where file names in the .csv start from (default: its own folder)")
    .option("--suffix <text>", "is appended to every file name in the .csv: .jpg");

/** Those of a command's flags that are about the table. */
export const labelsIn = ({ root, suffix, labelDelimiter, labels, targets }: LabelFlags): LabelFlags =>
  givenFields({ root, suffix, labelDelimiter, labels, targets });

function list(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "") && new Set(names).size === names.length) return names;
  throw new InvalidArgumentError("It must be names with commas between them, each once.");
}

/**
 * The dataset that the argument names; the seed draws its split.
 * @throws RegraftError "invalid-argument" for labels of a folder, whose photos have classes
 */
export function photosAt(path: string, seed: number, flags: LabelFlags = {}): Dataset {
  const { root, suffix, labelDelimiter, labels, targets } = flags;
  if (!/\.(csv|tsv)$/i.test(path)) {
    const [given] = Object.entries(labelsIn(flags));
    if (given) throw invalidArgument(given[0], "a .csv file", path);
    return imageFolder(path, { seed });
  }
  return imageCsv(path, {
    seed,
    ...givenFields({ root, suffix, labelDelimiter }),
    ...(labels && { columns: { labels } }),
    ...(targets && { columns: { targets } }),
  });
}

export interface LossFlags {
  readonly loss?: LossName;
  readonly classWeights?: "balanced";
}

export type LossName = LossSpec["name"];
export const losses: readonly LossName[] = ["cross-entropy", "bce", "mse", "mae", "huber"];

/** The option `loss`; weights belong to classes or to labels. */
export function lossOption(task: Task, { loss, classWeights }: LossFlags) {
  const name = loss ?? (task === "single-label" ? "cross-entropy" : task === "multi-label" ? "bce" : "mse");
  if (classWeights === undefined) return { name } as LossOption;
  if (task === "regression") throw invalidArgument("class-weights", "classes or labels", "numbers");
  return { name, [task === "single-label" ? "classWeights" : "posWeights"]: classWeights } as LossOption;
}
