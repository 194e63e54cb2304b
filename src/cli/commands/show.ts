// regraft show: what training sees of photos.
import { basename, dirname } from "node:path";
import { type Command, Option } from "commander";
import { checkWritable } from "../../learner/node/writable.js";
import { type AugmentFlags, addAugmentOptions } from "../augment-options.js";
import type { Environment } from "../environment.js";
import { addLearnerOptions, type LearnerFlags, photosArgument, whole } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { svgFile } from "../svg-file.js";
import { openFolder } from "./open-folder.js";

interface ShowFlags extends LearnerFlags, AugmentFlags {
  readonly out: string;
  readonly photos: number;
  readonly epoch: number;
}

export function addShow(program: Command, environment: Environment, perform: Perform): void {
  const command = program
    .command("show")
    .summary("draw the first batch of photos as training sees it")
    .description(
      "Draw the first batch of an epoch as training sees it, each photo with its class, labels or numbers. Nothing is trained.",
    )
    .addArgument(photosArgument())
    .addOption(new Option("-o, --out <file.svg>", "where to draw it").argParser(svgFile).default("batch.svg"))
    .addOption(
      new Option("-n, --photos <integer>", "how many photos of it, at most").argParser(whole(1, 64)).default(9),
    )
    .addOption(new Option("--epoch <integer>", "of which epoch").argParser(whole(0, 2 ** 31)).default(0));
  addAugmentOptions(addLearnerOptions(command));
  for (const option of command.options) if (ofTraining.has(option.attributeName())) option.hideHelp();
  command
    .addHelpText("after", examples)
    .action((photos: string, flags: ShowFlags) => perform(flags, (output) => show(photos, flags, environment, output)));
}

/** Taken, so that those of `regraft train` may stand as they are, but nothing is trained. */
const ofTraining: ReadonlySet<string> = new Set<keyof ShowFlags>([
  "head",
  "cut",
  "optimizer",
  "loss",
  "classWeights",
  "device",
  "cache",
  "memoryLimit",
]);

const examples = `
Examples:
  $ regraft show photos/
  $ regraft show photos/ --augment --photos 16 --out batch.svg
  $ regraft show photos/ --views 4 --epoch 2`;

async function show(photos: string, flags: ShowFlags, environment: Environment, output: Output): Promise<0> {
  const { out, photos: most, epoch, views } = flags;
  const { signal } = environment;
  await checkWritable(dirname(out));
  await using learner = await openFolder(photos, flags, environment, output);
  // Without views, photos are varied only once all layers are trained.
  const svg = await learner.showBatch({ photos: most, epoch, unfrozen: views === undefined, signal });
  await environment.platform.files.writeFolder(dirname(out), new Map([[basename(out), svg]]));
  output.result(`drawn to ${out}`);
  output.json({ out, epoch, classes: learner.classes });
  return 0;
}
