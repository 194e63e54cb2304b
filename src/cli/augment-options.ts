// The options that vary photos, in training and in predictions.
import { type Command, Option } from "commander";
import { givenFields } from "../arguments.js";
import type { AugmentOptions } from "../learner/augment-options.js";
import { positive, whole } from "./options.js";

/** What `addAugmentOptions` makes commander read. */
export interface AugmentFlags {
  readonly augment?: boolean;
  readonly views?: number;
  readonly mixup?: number;
  readonly cutmix?: number;
}

/** How photos are varied while they are trained on. */
export const addAugmentOptions = (command: Command): Command =>
  command
    .optionsGroup("How photos are varied in training:")
    .option(
      "--augment",
      "vary crops, mirror images, angles and colours; anew in each round, once all layers are trained",
    )
    .addOption(
      new Option(
        "--views <integer>",
        "as --augment, and while layers are frozen too, by so many varied copies of each photo (default: none)",
      ).argParser(whole(1, 32)),
    )
    .addOption(new Option("--mixup <alpha>", "as --augment, and mix photos in pairs; 0.4 is usual").argParser(positive))
    .addOption(
      new Option(
        "--cutmix <alpha>",
        "as --augment, and put a part of one photo into another, once all layers are trained; 1 is usual",
      ).argParser(positive),
    )
    .optionsGroup("Options:");

/** The option `augment` that flags stand for. */
export function augmentFrom({ augment = false, views, mixup, cutmix }: AugmentFlags): boolean | AugmentOptions {
  const given = givenFields({ views, mixup, cutmix });
  return Object.keys(given).length > 0 ? given : augment;
}

export const ttaOption = (): Option =>
  new Option("--tta", "average what four varied copies of each photo give with what the photo gives");
