// Options that mean the same in several commands, defined once, with the library's own defaults.
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { imageFolder } from "../datasets/image-folder.js";
import { toSpec } from "../learner/options.js";

const defaults = toSpec({ data: imageFolder(".") });

/** What `addLearnerOptions` makes commander read. */
export interface LearnerFlags {
  readonly model: string;
  readonly seed: number;
  readonly batchSize: number;
  readonly device: string;
  readonly json?: boolean;
}

/** The folder of photos that a learner is opened on. */
export const folderArgument = (): Argument =>
  new Argument("<folder>", "photos in <folder>/<class>/, or in <folder>/{train,valid}/<class>/");

/** How the learner is opened, and how its results are told. */
export const addLearnerOptions = (command: Command): Command =>
  command
    .option("-m, --model <model>", "name (see `regraft models`), .onnx file or exported folder", String(defaults.model))
    .addOption(
      new Option("-s, --seed <integer>", "draws the split and the order of the photos")
        .argParser(whole(0, 2 ** 32 - 1))
        .default(defaults.seed),
    )
    .addOption(
      new Option("-b, --batch-size <integer>", "photos a step").argParser(whole(1, 65536)).default(defaults.batchSize),
    )
    .addOption(deviceOption())
    .addOption(jsonOption());

export const deviceOption = (): Option =>
  new Option("-d, --device <device>", "where to compute").default(defaults.device.name);

export const jsonOption = (): Option => new Option("--json", "print one JSON object to stdout, as its last line");

/** Whole numbers within bounds. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };

export function positive(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}
