// What the cells of a CSV file's row say of its photo: its class, its labels, or values.
import type { CsvOptions, Row } from "./csv.js";
import type { Columns } from "./csv-columns.js";
import type { FoundPhoto } from "./folder-photos.js";
import type { ImageCsv } from "./image-csv.js";

/** @throws what `refuse` makes, for a class that is missing and cells that are neither labels nor numbers */
export type LabelsOf = (row: Row, file: string) => FoundPhoto["label"];

/** @param titles of all columns, in the order of the file. */
export function labelsOf(
  { task, labelDelimiter }: Pick<ImageCsv, "task" | "labelDelimiter">,
  { label }: Pick<Columns, "label">,
  titles: readonly string[],
  refuse: CsvOptions["refuse"],
): LabelsOf {
  const places = typeof label === "number" ? [label] : label;
  if (task === "regression")
    return ({ line, cells }, file) =>
      places.map((place) => {
        const cell = cells[place]!;
        const value = cell === "" ? Number.NaN : Number(cell);
        if (Number.isFinite(Math.fround(value))) return value;
        const reason = `the ${titles[place]} of ${file}, ${JSON.stringify(cell)}, is no number`;
        throw refuse({ line, reason, remedy: "Write a number such as -1.5 into every row." });
      });
  if (typeof label !== "number")
    return ({ line, cells }, file) =>
      places.flatMap((place) => {
        const isSo = flags.get(cells[place]!.toLowerCase());
        if (isSo !== undefined) return isSo ? [titles[place]!] : [];
        const reason = `${titles[place]} of ${file} is ${JSON.stringify(cells[place]!)}, neither 0 nor 1`;
        throw refuse({ line, reason, remedy: "Write 1 where the photo has the label and 0 where it has not." });
      });
  if (labelDelimiter !== undefined)
    return ({ cells }) => [
      ...new Set(
        cells[label]!.split(labelDelimiter)
          .map((word) => word.trim())
          .filter((word) => word !== ""),
      ),
    ];
  return ({ line, cells }, file) => {
    if (cells[label] !== "") return cells[label]!;
    throw refuse({ line, reason: `${file} has no label`, remedy: "It takes a row for each photo: file,label." });
  };
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ...["1", "1.0", "true"].map((word) => [word, true] as const),
  ...["0", "0.0", "false"].map((word) => [word, false] as const),
]);

/** What columns are called: as the first row says, or by their numbers. */
export const titlesOf = ({ cells }: Row, { hasHeader }: Pick<Columns, "hasHeader">): readonly string[] =>
  cells.map((cell, i) => (hasHeader && cell !== "" ? cell : `column ${i}`));
