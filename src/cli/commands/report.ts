// regraft report: all that can be told of an exported model, as one HTML page.
import { basename, dirname } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Task } from "../../datasets/task.js";
import type { EvaluateOptions } from "../../learner/call-options.js";
import type { Files } from "../../learner/engine/platform.js";
import { loadClassifierOn } from "../../learner/load-classifier.js";
import { checkWritable } from "../../learner/node/writable.js";
import type { Device } from "../../runtime/devices.js";
import type { Environment } from "../environment.js";
import { addLabelOptions, type LabelFlags, photosAt } from "../label-options.js";
import { deviceOption, jsonOption, photosArgument, seedOption, splitOption, whole } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";

interface ReportFlags extends Pick<EvaluateOptions, "split">, LabelFlags {
  readonly out: string;
  readonly top: number;
  readonly seed: number;
  readonly device: string;
  readonly json?: boolean;
}

export function addReport(program: Command, environment: Environment, perform: Perform): void {
  const command = program
    .command("report")
    .summary("tell all about an exported model in one HTML page")
    .description(
      "Try an exported model on labelled photos and write one HTML page that needs nothing else: learning curves, confusion " +
        "matrix, scores of each class, the photos it is most wrong about, and what it looked at; or the scores of each label, " +
        "or numbers predicted against the actual ones.",
    )
    .argument("<model-folder>", "what `regraft train` has exported")
    .addArgument(photosArgument());
  addLabelOptions(command)
    .addOption(new Option("-o, --out <file.html>", "where to write").argParser(htmlFile).default("report.html"))
    .addOption(
      new Option("-t, --top <integer>", "how many photos with the greatest losses to show")
        .argParser(whole(0, 1000))
        .default(9),
    )
    .addOption(splitOption())
    .addOption(seedOption("draws the split as it does for train"))
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action((folder: string, photos: string, flags: ReportFlags) =>
      perform(flags, (output) => report({ folder, photos, flags }, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft report pets-model/ photos/
  $ regraft report pets-model/ photos/ --split valid --out pets.html     those that \`regraft train photos/\` validated on
  $ regraft report tags-model/ tags.csv --label-delimiter " "
  $ regraft report age-model/ people.csv --targets age`;

export function htmlFile(path: string): string {
  if (/\.html?$/i.test(path)) return path;
  throw new InvalidArgumentError("It must end in .html.");
}

interface Request {
  readonly folder: string;
  readonly photos: string;
  readonly flags: ReportFlags;
}

async function report({ folder, photos, flags }: Request, environment: Environment, output: Output): Promise<0> {
  const { host, signal, platform } = environment;
  const { split, seed, device, out, top } = flags;
  const onProgress = output.progress;
  await checkWritable(dirname(out));
  await using classifier = await loadClassifierOn<Task>(host, folder, { device: device as Device, signal, onProgress });
  for (const notice of classifier.info.notices) output.note(`note: ${notice}`);
  const options = { signal, onProgress, topLosses: top, ...(split && { split }) };
  await writePage(out, await classifier.report(photosAt(photos, seed, flags), options), platform.files);
  output.result(`report: ${out}`);
  output.json({ model: folder, report: out });
  return 0;
}

export const writePage = (path: string, page: string, files: Files): Promise<void> =>
  files.writeFolder(dirname(path), new Map([[basename(path), page]]));
