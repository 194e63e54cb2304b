// Looks through a CSV file and says which photos it lists; whether they make a dataset is judged later.
import { RegraftError } from "../errors.js";
import { type Problem, type Row, readRows } from "./csv.js";
import { type Columns, columnsOf } from "./csv-columns.js";
import { type LabelsOf, labelsOf, titlesOf } from "./csv-labels.js";
import type { FileTree, FolderPhotos, FoundPhoto, Skipped } from "./folder-photos.js";
import type { ImageCsv } from "./image-csv.js";
import { folderOf, join } from "./paths.js";
import type { Split } from "./split.js";

const mostBytes = 2 ** 28;
// Rows of a file are small; what is made of each is not.
const mostPhotos = 2_000_000;

/**
 * The photos that a CSV file lists, each once; those of a test split are left out, and counted.
 * @throws "file-access"; "invalid-dataset" naming file and line; "invalid-argument" for columns that are not there
 */
export async function csvPhotos(data: ImageCsv, files: FileTree): Promise<FolderPhotos> {
  const refuse = (problem: Problem): RegraftError => refusal(data.file, problem);
  const table = createTable(data, refuse);
  readRows(await files.read(data.file, mostBytes), { delimiter: data.delimiter, refuse }, table.take);
  return table.finish();
}

interface Listed {
  readonly line: number;
  readonly label: FoundPhoto["label"];
  readonly split: Split | undefined;
}

function createTable(data: ImageCsv, refuse: (problem: Problem) => Error) {
  const root = data.root ?? folderOf(data.file);
  const listed = new Map<string, Listed>();
  let columns: Columns | undefined;
  let labels: LabelsOf;
  let titles: readonly string[] = [];
  let width = 0;
  let left = 0;
  const take = (row: Row): void => {
    if (!columns) {
      columns = columnsOf(row, data, refuse);
      width = row.cells.length;
      titles = titlesOf(row, columns);
      labels = labelsOf(data, columns, titles, refuse);
      if (columns.hasHeader) return;
    }
    const { line } = row;
    const { file, split } = entryOf(row, columns, width, refuse);
    const name = pathOf(file + (data.suffix ?? ""));
    if (split === "test") left++;
    else {
      const label = labels(row, name);
      const now = { line, label, split };
      const before = listed.get(name) ?? now;
      if (String(before.label) !== String(label) || before.split !== split)
        throw refuse(contradiction(name, before, now));
      listed.set(name, before);
    }
    if (listed.size > mostPhotos)
      throw refuse({ line, reason: `more than ${mostPhotos} photos`, remedy: "Train on a part of them." });
  };
  const finish = (): FolderPhotos => {
    const all = [...listed];
    const without = all.find(([, { split }]) => split === undefined);
    const withSplit = all.find(([, { split }]) => split !== undefined);
    if ((withSplit || left > 0) && without) throw refuse({ ...unsaid, line: without[1].line });
    if (all.length === 0)
      throw refuse({ reason: left > 0 ? "all its photos are of a test split" : "it lists no photos", remedy: example });
    const photos = all.map(
      ([name, { label, split }]): FoundPhoto => ({
        image: absolute.test(name) ? name : join(root, name),
        name,
        label,
        split,
      }),
    );
    const reason = `${left} ${left === 1 ? "row is" : "rows are"} of a test split`;
    const skipped: readonly Skipped[] = left > 0 ? [{ image: data.file, reason, stray: true }] : [];
    const { label = 1 } = columns ?? {};
    return { photos, skipped, ...(typeof label !== "number" && { classes: label.map((place) => titles[place]!) }) };
  };
  return { take, finish };
}

const absolute = /^(\/|[a-z]:\/)/i;
const example = "It takes a row for each photo: file,label.";
const unsaid = {
  reason: "no split, where other rows have one",
  remedy: "Write train, valid or test into every row, or into none.",
};

function entryOf({ line, cells }: Row, columns: Columns, width: number, refuse: (problem: Problem) => Error) {
  const last = Math.max(columns.file, ...[columns.label].flat(), columns.split ?? 0);
  const isLonger = cells.slice(width).some((cell) => cell !== "");
  if (cells.length <= last || isLonger) {
    const reason = `${cells.length} columns where ${isLonger ? `the first row has ${width}` : `${last + 1} are needed`}`;
    const remedy = "Put what holds a delimiter into quotes, or tell imageCsv the delimiter and its columns.";
    throw refuse({ line, reason, remedy });
  }
  const file = cells[columns.file]!;
  const split = columns.split === undefined ? undefined : splitOf(cells[columns.split]!, columns);
  if (split === null) {
    const what = columns.splitIsFlag ? "True or False" : "train, valid or test";
    const reason = `the split ${JSON.stringify(cells[columns.split!])} is none`;
    throw refuse({ line, reason, remedy: `Write ${what}, or tell imageCsv which columns count.` });
  }
  if (file === "") throw refuse({ line, reason: "no file is named", remedy: example });
  return { file, split };
}

const words: ReadonlyMap<string, Split | "test"> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["valid", "valid"],
  ["val", "valid"],
  ["validation", "valid"],
  ["test", "test"],
]);

const flags: ReadonlyMap<string, Split> = new Map([
  ["true", "valid"],
  ["1", "valid"],
  ["false", "train"],
  ["0", "train"],
]);

/** `null` for a word that is no split. */
function splitOf(cell: string, { splitIsFlag }: Columns): Split | "test" | undefined | null {
  const word = cell.toLowerCase();
  if (word === "") return undefined;
  return words.get(word) ?? (splitIsFlag ? flags.get(word) : undefined) ?? null;
}

/** One spelling for one file: with slashes, and without the steps that lead nowhere. */
const pathOf = (file: string): string =>
  file
    .replaceAll("\\", "/")
    .split("/")
    .filter((part, i) => part !== "." && (part !== "" || i === 0))
    .join("/");

const contradiction = (name: string, before: Listed, now: Listed): Problem => ({
  line: now.line,
  reason: `${name} is ${described(now)} here and ${described(before)} in line ${before.line}`,
  remedy: "Leave one of the two rows.",
});

const described = ({ label, split }: Listed): string =>
  ([label].flat().join(" ") || "without labels") + (split ? ` (${split})` : "");

function refusal(file: string, { line, reason, remedy }: Problem): RegraftError {
  // Cells may be of any length.
  const told = reason.length > 300 ? `${reason.slice(0, 300)}…` : reason;
  const place = line === undefined ? file : `${file}, line ${line}`;
  const details = { source: file, reason: line === undefined ? told : `line ${line}: ${told}` };
  return new RegraftError("invalid-dataset", details, `Cannot use ${place}: ${told}. ${remedy}`);
}
