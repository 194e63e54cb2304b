// Datasets that others have become: with photos more, or with classes called otherwise. Plain data, as those are.
import type { Dataset, ValueUnits } from "./dataset.js";
import type { SplitOptions } from "./split.js";

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

export const hasGrown = ({ kind }: Dataset): boolean => kind === "joined" || kind === "renamed";

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
