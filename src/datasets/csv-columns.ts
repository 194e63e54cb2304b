// Which column of a CSV file holds what: as the caller says, as the header says, or in the usual order.
import { invalidArgument } from "../errors.js";
import type { CsvOptions, Row } from "./csv.js";
import { isPhotoName } from "./formats.js";
import type { ImageCsv } from "./image-csv.js";

/** Places of the columns, from 0. */
export interface Columns {
  readonly file: number;
  /** One, or one for each label or value. */
  readonly label: number | readonly number[];
  readonly split: number | undefined;
  /** fast.ai's column says True for photos that validate and False for others. */
  readonly splitIsFlag: boolean;
  /** Whether the first row names the columns and is no photo. */
  readonly hasHeader: boolean;
}

/** Of several names in one header the first here counts. */
const names = {
  file: ["file", "filename", "file_name", "fname", "path", "filepath", "file_path", "image", "image_name", "name"],
  label: ["label", "class", "target", "labels", "tags"],
  split: ["split", "set", "is_valid"],
} as const;

const known: ReadonlySet<string> = new Set(Object.values(names).flat());

type Places = Pick<Columns, "file" | "label" | "split">;
type Chosen = NonNullable<ImageCsv["columns"]>;

/**
 * @param first the file's first row.
 * @throws "invalid-argument" when the caller names a column that is not there; what `refuse` makes when the file does not
 * tell its columns
 */
export function columnsOf(
  first: Row,
  { file, suffix, columns, header }: Pick<ImageCsv, "file" | "suffix" | "columns" | "header">,
  refuse: CsvOptions["refuse"],
): Columns {
  const isNamed = Object.values(columns ?? {})
    .flat()
    .some((column) => typeof column === "string");
  const hasHeader = header ?? (isNamed || looksLikeHeader(first, { suffix, columns }, refuse));
  const titles = hasHeader ? first.cells.map((cell) => cell.toLowerCase()) : [];
  const places = columns
    ? chosenPlaces(columns, { ...first, titles }, file, refuse)
    : hasHeader
      ? titledPlaces(titles, first.line, refuse)
      : { file: 0, label: 1, split: first.cells.length > 2 ? 2 : undefined };
  const splitIsFlag = places.split !== undefined && titles[places.split] === "is_valid";
  return { ...places, splitIsFlag, hasHeader };
}

function chosenPlaces(
  columns: Chosen,
  { titles, line, cells }: Row & { readonly titles: readonly string[] },
  source: string,
  refuse: CsvOptions["refuse"],
): Places {
  const place = (name: string, column: string | number): number => {
    const index = typeof column === "number" ? column : titles.indexOf(column.trim().toLowerCase());
    if (index >= 0) return index;
    throw invalidArgument(`columns.${name}`, `a column of ${source} (${listOf(titles)})`, column);
  };
  const label =
    "label" in columns
      ? place("label", columns.label)
      : "labels" in columns
        ? columns.labels.map((column) => place("labels", column))
        : columns.targets.map((column) => place("targets", column));
  const split = columns.split === undefined ? undefined : place("split", columns.split);
  if (columns.file !== undefined) return { file: place("file", columns.file), label, split };
  if (titles.length > 0)
    return { file: needed("file", titles, line, refuse), label, split: split ?? titled("split", titles) };
  // Without a header it is the one with photos' names, or the first.
  const photo = cells.findIndex((cell) => isPhotoName(cell) !== false);
  return { file: Math.max(0, photo), label, split };
}

function titledPlaces(titles: readonly string[], line: number, refuse: CsvOptions["refuse"]): Places {
  const need = (name: "file" | "label") => needed(name, titles, line, refuse);
  return { file: need("file"), label: need("label"), split: titled("split", titles) };
}

const titled = (name: keyof typeof names, titles: readonly string[]): number | undefined =>
  names[name].map((title) => titles.indexOf(title)).find((index) => index >= 0);

function needed(name: "file" | "label", titles: readonly string[], line: number, refuse: CsvOptions["refuse"]): number {
  const index = titled(name, titles);
  if (index !== undefined) return index;
  const reason = `no column is called ${names[name].slice(0, 3).join(", ")} (there are ${listOf(titles)})`;
  const other = name === "label" ? ", or say what to predict: --targets or --labels on the command line" : "";
  throw refuse({ line, reason, remedy: `Call it so, or tell imageCsv its columns${other}.` });
}

/** A first row that holds no photo's name is one of titles, if it has a title that is known. */
function looksLikeHeader(
  { line, cells }: Row,
  { suffix, columns }: Pick<ImageCsv, "suffix" | "columns">,
  refuse: CsvOptions["refuse"],
): boolean {
  const files = typeof columns?.file === "number" ? [cells[columns.file] ?? ""] : cells;
  if (files.some((cell) => isPhotoName(cell) !== false)) return false;
  if (cells.some((cell) => known.has(cell.toLowerCase()))) return true;
  // What photos are called is not seen of it.
  if (suffix !== undefined) return false;
  throw refuse({
    line,
    reason: `the first row (${listOf(cells)}) names no photo and no column that is known`,
    remedy: "Let the file begin with the line file,label, or tell imageCsv its columns.",
  });
}

/** What a message has room for. */
function listOf(cells: readonly string[]): string {
  const text = cells.slice(0, 20).join(", ");
  return text.length > 200 || cells.length > 20 ? `${text.slice(0, 200)}…` : text;
}
