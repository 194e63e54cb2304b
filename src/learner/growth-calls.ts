// What a learner's caller grows it by, checked and sent. Loaded when it is asked for.
import type { Dataset } from "../datasets/dataset.js";
import { invalidArgument } from "../errors.js";
import { stageData } from "./border/stage.js";
import { type CallOptions, checkOptions } from "./call-options.js";
import type { EngineCalls } from "./engine-calls.js";
import { checkData } from "./options.js";
import type { LearnerWork } from "./work.js";

interface Caller {
  readonly engine: EngineCalls;
  readonly work: LearnerWork;
}

/** A list's photos go ahead. */
export async function addPhotos({ engine, work }: Caller, data: Dataset, options: CallOptions): Promise<void> {
  checkOptions("addPhotos", options);
  checkData(data);
  const rest = await stageData(data, (slice) => engine.call("stage", slice, { signal: options.signal }));
  await work.grow({ kind: "add", data: rest }, options);
}

export async function renameClass(
  { work }: Caller,
  [from, to]: readonly [string, string],
  options: CallOptions,
): Promise<void> {
  const call = "renameClass";
  checkOptions(call, options);
  checkNames(call, [from, to]);
  await work.grow({ kind: "rename", call, names: [from], to }, options);
}

export async function mergeClasses(
  { work }: Caller,
  [names, into]: readonly [readonly string[], string],
  options: CallOptions,
): Promise<void> {
  const call = "mergeClasses";
  checkOptions(call, options);
  if (!Array.isArray(names) || new Set(names).size < 2)
    throw invalidArgument(call, "the names of two classes or more", names);
  checkNames(call, [...names, into]);
  await work.grow({ kind: "rename", call, names: [...new Set(names)], to: into }, options);
}

function checkNames(call: string, names: readonly unknown[]): void {
  const wrong = names.find((name) => typeof name !== "string" || name === "");
  if (wrong !== undefined || names.includes(undefined)) throw invalidArgument(call, "the name of a class", wrong);
}
