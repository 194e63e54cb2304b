// Options that mean the same in several commands, defined once, with the library's own defaults.
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { imageFolder } from "../datasets/image-folder.js";
import { toSpec } from "../learner/options.js";
import type { OptimizerSpec } from "../optimizers/create-optimizer.js";
import { addLabelOptions, type LabelFlags, type LossFlags, losses } from "./label-options.js";

const defaults = toSpec({ data: imageFolder(".") });

/** Those that bear a name; the first is the default. */
const heads = ["linear", "fastai", "pretrained"] as const;
type HeadName = (typeof heads)[number];

const optimizers: readonly OptimizerSpec["name"][] = ["sgd", "adamw"];

/** What `addLearnerOptions` makes commander read. */
export interface LearnerFlags extends LabelFlags, LossFlags {
  readonly model: string;
  readonly head: HeadName;
  readonly optimizer: OptimizerSpec["name"];
  readonly cut?: string;
  readonly seed: number;
  readonly batchSize: number;
  readonly stratified?: boolean;
  readonly device: string;
  readonly cache?: string;
  /** MiB. */
  readonly memoryLimit: number;
  readonly json?: boolean;
}

/** The photos that a learner is opened on, or a classifier is tried on. */
export const photosArgument = (name = "<photos>"): Argument =>
  new Argument(
    name,
    "folder with photos in <class>/, or in {train,valid}/<class>/; or .csv file with a header, or of file,label[,split]",
  );

/** Under their headings; what is added next is among the first ones again. */
const under = (command: Command, heading: string, options: readonly Option[]): Command => {
  command.optionsGroup(heading);
  for (const option of options) command.addOption(option);
  return command.optionsGroup(general);
};

/** Commander's own. */
const general = "Options:";
export const howTrained = "How the model is trained:";

/** How the learner is opened, and how its results are told. */
export function addLearnerOptions(command: Command): Command {
  const basics = [modelOption(), seedOption("draws the split, the order of the photos and how they are varied")];
  under(command, general, [...basics, deviceOption(), jsonOption()]);
  addLabelOptions(command.optionsGroup("What photos are labelled with, if not with a class each:"));
  under(command, howTrained, trainingOptions());
  return under(command, "Memory and disk:", [
    new Option(
      "--cache <folder>",
      "keep the photos' features here for the next time, and train from here if they are many",
    ),
    new Option("--memory-limit <MiB>", "memory that the photos' features may take")
      .argParser(positive)
      .default(defaults.cache.memoryLimit / 2 ** 20),
  ]);
}

const modelOption = (): Option =>
  new Option(
    "-m, --model <model>",
    "name (see `regraft models`), .onnx file, exported folder, hf:owner/name or https:// address",
  ).default(String(defaults.model));

const trainingOptions = (): Option[] => [
  headOption(),
  cutOption(),
  new Option("--optimizer <optimizer>", "how gradients become steps")
    .choices(optimizers)
    .default(defaults.optimizer.name),
  new Option(
    "--loss <loss>",
    "what training makes small (default: cross-entropy, bce for labels, mse for numbers)",
  ).choices(losses),
  new Option("--class-weights <weights>", "let rare classes, or labels, count as much as frequent ones").choices([
    "balanced",
  ]),
  new Option("-b, --batch-size <integer>", "photos a step").argParser(whole(1, 65536)).default(defaults.batchSize),
  new Option("--stratified", "let every batch have its share of each class"),
];

/** Of those that try a model on photos. */
export const splitOption = (): Option =>
  new Option("--split <split>", "which photos (default: valid where the photos say it, else all)").choices([
    "valid",
    "train",
    "all",
  ]);

export const seedOption = (description: string): Option =>
  new Option("-s, --seed <integer>", description).argParser(whole(0, 2 ** 32 - 1)).default(defaults.seed);

/** How an export is written, and further files in it. */
export const addFormOptions = (command: Command): Command =>
  command
    .optionsGroup("What is exported:")
    .option("--fold-batch-norm", "write batch normalisations as part of the layers before them")
    .option("--softmax", "also write onnx/model_softmax.onnx, which gives the probabilities of classes")
    .option("--sigmoid", "also write onnx/model_sigmoid.onnx, which gives the probabilities of labels")
    .option("--float16", "also write onnx/model_fp16.onnx, half the size")
    .optionsGroup(general);

export const headOption = (): Option =>
  new Option(
    "--head <head>",
    "what is trained on the model's features; pretrained: the model's own classifier, on from where it is",
  )
    .choices(heads)
    .default(heads[0]);

export const cutOption = (): Option =>
  new Option("--cut <name>", "value of the model to take as features (default: what its classifier works on)");

export const deviceOption = (): Option =>
  new Option("-d, --device <device>", "where to compute: auto, cpu, webgpu, cuda, dml, coreml").default(
    defaults.device.name,
  );

export const jsonOption = (): Option => new Option("--json", "print one JSON object to stdout, as its last line");

/** Counted as the library's `freezeTo` does. */
export const freezeToOption = (what: string): Option =>
  new Option(
    "--freeze-to <integer>",
    `${what}, counted from the image on, see \`regraft inspect\`; a negative number counts those to train`,
  ).argParser(integer);

/** Refuses, as wrong usage, an option that says nothing without another. */
export const addNeed = (command: Command, option: Option, needed: Option): Command =>
  command.hook("preAction", (self) => {
    const isGiven = (one: Option): boolean => self.getOptionValue(one.attributeName()) !== undefined;
    if (isGiven(option) && !isGiven(needed)) self.error(`error: option '${option.flags}' needs '${needed.flags}'`);
  });

/** Whole numbers within bounds. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };

export function integer(text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}

export function positive(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}
