// Datasets that others have become: with photos more, or with classes called otherwise. Plain data, as those are.
import type { Dataset } from "./dataset.js";
import type { SplitOptions } from "./split.js";
import type { Task } from "./task.js";

/** By which units values are learnt: those of the photos that were there first. */
export interface ValueUnits {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** All photos of both; splits are drawn within each, as if it were alone. */
export interface JoinedPhotos<T extends Task = Task> extends Required<SplitOptions> {
  readonly kind: "joined";
  readonly task: T;
  readonly base: Dataset<T>;
  readonly more: Dataset<T>;
  readonly units?: ValueUnits;
}

/** Those of `base`, some classes called `to`; their splits are drawn by the names that they had. */
export interface RenamedClasses<T extends Task = Task> extends Required<SplitOptions> {
  readonly kind: "renamed";
  readonly task: T;
  readonly base: Dataset<T>;
  readonly names: readonly string[];
  readonly to: string;
}

export const joinedPhotos = (base: Dataset, more: Dataset, units?: ValueUnits): Dataset => ({
  ...{ kind: "joined", task: base.task, base, more },
  ...splitOptionsOf(base),
  ...(units && { units }),
});

export const renamedClasses = (base: Dataset, names: readonly string[], to: string): Dataset => ({
  ...{ kind: "renamed", task: base.task, base, names, to },
  ...splitOptionsOf(base),
});

const splitOptionsOf = ({ validFraction, seed }: Dataset): Required<SplitOptions> => ({ validFraction, seed });

/** Whether photos of a list are among them. */
export const hasList = (data: Dataset): boolean =>
  data.kind === "list" ||
  (data.kind === "renamed" && hasList(data.base)) ||
  (data.kind === "joined" && (hasList(data.base) || hasList(data.more)));

/** Without the photos of lists: bytes that nobody can write down. */
export function withoutItems(data: Dataset): Dataset {
  if (data.kind === "list") return { ...data, items: [], skipped: [] };
  if (data.kind === "renamed") return { ...data, base: withoutItems(data.base) };
  if (data.kind === "joined") return { ...data, base: withoutItems(data.base), more: withoutItems(data.more) };
  return data;
}
