// loadLearner, on any platform: a learner made anew as its checkpoint says, and put where it stood.

import { checkFields, checkFolder, isObject, type Names } from "../../arguments.js";
import { hasGrown, hasList } from "../../datasets/grown-dataset.js";
import type { Task } from "../../datasets/task.js";
import { invalidArgument } from "../../errors.js";
import type { Host } from "../border/host.js";
import type { LearnerSpec } from "../border/spec.js";
import { openLearnerOn } from "../create-learner.js";
import { growFirst } from "../engine/checkpoint/refusals.js";
import type { Learner } from "../learner.js";
import { type LearnerOptions, toSpec } from "../options.js";

/** What may have moved since, or be another machine's. */
export type LoadOptions<T extends Task = "single-label"> = Pick<
  LearnerOptions<T>,
  "model" | "cache" | "device" | "signal" | "onProgress"
> & {
  /** Needed where the photos were a list: its items are not in the checkpoint. Default: as before. */
  readonly data?: LearnerOptions<T>["data"];
};

const known: Names<LoadOptions> = {
  model: true,
  data: true,
  cache: true,
  device: true,
  signal: true,
  onProgress: true,
};

/**
 * @throws RegraftError "invalid-checkpoint", "checkpoint-mismatch", and what `createLearner` throws; "invalid-argument" when
 * `data` or `model` must be given, as they were in memory.
 */
export async function loadLearnerOn<T extends Task = "single-label">(
  host: Host,
  folder: string,
  options: LoadOptions<T> = {},
): Promise<Learner<T>> {
  checkFolder(folder);
  checkFields("loadLearner's options", options, known);
  const { signal, onProgress } = options;
  const learner = await openLearnerOn<T>(host, { signal, onProgress }, async (channel) => {
    const { spec } = await channel.call("readCheckpoint", folder, { signal });
    return specWith(spec, options as LoadOptions<Task>);
  });
  try {
    await learner.load(folder, { signal, onProgress });
    return learner;
  } catch (error) {
    await learner.dispose();
    throw error;
  }
}

/** The checkpoint's, but for what is given. */
function specWith(spec: LearnerSpec, { model, data, cache, device }: LoadOptions<Task>): LearnerSpec {
  if (spec.model === "" && model === undefined)
    throw invalidArgument("model", "the bytes of the network that the checkpoint's learner was made of", model);
  if (hasList(spec.data) && data === undefined)
    throw invalidArgument(
      "data",
      "the list of photos that the checkpoint's learner was made of",
      data,
      // A dataset of what a list has become cannot be given.
      hasGrown(spec.data) ? growFirst : "",
    );
  if (data !== undefined && data.task !== spec.data.task)
    throw invalidArgument("data", `${spec.data.task} data, as the checkpoint's learner had`, `${data.task} data`);
  // What is given is checked as it is for a new learner.
  const given = toSpec({
    data: data ?? spec.data,
    ...(model !== undefined && { model }),
    ...(cache !== undefined && { cache }),
    ...(device !== undefined && { device }),
  });
  return {
    ...spec,
    data: given.data,
    ...(model !== undefined && { model: given.model }),
    ...(cache !== undefined && { cache: given.cache }),
    ...(device !== undefined && { device: given.device }),
  };
}

/** Refuses options that are none, before the platform's own are parted from them. */
export function checkLoadOptions(options: unknown): void {
  if (!isObject(options)) throw invalidArgument("loadLearner's options", "an object of options", options);
}
