// regraft lr-find: the learning-rate range test alone.
import { basename, dirname } from "node:path";
import { type Command, Option } from "commander";
import { checkWritable } from "../../learner/node/writable.js";
import { formatRate } from "../../lr-range/format-rate.js";
import { type AugmentFlags, addAugmentOptions } from "../augment-options.js";
import type { Environment } from "../environment.js";
import { addLearnerOptions, addNeed, freezeToOption, type LearnerFlags, photosArgument, positive } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { svgFile } from "../svg-file.js";
import { table } from "../table.js";
import { findRate, openFolder, readPhotos, sayNotices } from "./open-folder.js";

interface LrFindFlags extends LearnerFlags, AugmentFlags {
  readonly plot?: string;
  readonly freezeTo?: number;
  readonly spread?: number;
}

export function addLrFind(program: Command, environment: Environment, perform: Perform): void {
  const freezeTo = freezeToOption("train layers of the model too, but for so many layer groups");
  const spread = new Option(
    "--spread <factor>",
    "how many times the first layer group's rate the head's is (default: 1)",
  ).argParser(positive);
  const command = program
    .command("lr-find")
    .summary("suggest a learning rate for photos")
    .description("Run the learning-rate range test on photos and suggest a rate.")
    .addArgument(photosArgument())
    .addOption(new Option("-p, --plot <file.svg>", "draw loss against learning rate").argParser(svgFile))
    .addOption(freezeTo)
    .addOption(spread);
  addAugmentOptions(addLearnerOptions(addNeed(command, spread, freezeTo)))
    .addHelpText("after", examples)
    .action((photos: string, flags: LrFindFlags) =>
      perform(flags, (output) => lrFind(photos, flags, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft lr-find photos/ --plot lr-find.svg
  $ regraft lr-find photos/ --freeze-to 0 --spread 100
  $ regraft lr-find photos/ --json | tail -1`;

async function lrFind(photos: string, flags: LrFindFlags, environment: Environment, output: Output): Promise<0> {
  const { plot, freezeTo, spread } = flags;
  if (plot) await checkWritable(dirname(plot));
  await using learner = await openFolder(photos, flags, environment, output);
  const { notices } = learner.info;
  if (freezeTo !== undefined) await learner.freezeTo(freezeTo, { signal: environment.signal });
  sayNotices(learner, output, notices);
  await readPhotos(learner, environment, output);
  const trained = learner.layerGroups().flatMap((group) => (group.trained ? group.name : []));
  if (freezeTo !== undefined) output.note(`Layer groups that are trained: ${trained.join(", ")}`);
  const range = await findRate(learner, environment, output, spread);
  const { lr, rule, rules, reason, warnings } = range.suggestion;
  for (const warning of warnings) output.note(`warning: ${warning}`);
  if (plot) {
    const files = new Map([[basename(plot), await learner.plotLrFind(range)]]);
    await environment.platform.files.writeFolder(dirname(plot), files);
    output.note(`Plot: ${plot}`);
  }
  output.result(lr === null ? `no suggestion\n${reason}` : `suggestion ${formatRate(lr)}\n${reason}`);
  const rates = Object.entries(rules).map(([name, rate]) => [`  ${name}`, rate === null ? "-" : formatRate(rate)]);
  output.result(`what each rule says:\n${table(rates)}`);
  output.json({ model: learner.info.model, trained, lr, rule, reason, rules, warnings, plot: plot ?? null });
  return 0;
}
