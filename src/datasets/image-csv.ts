// A table of photos as a dataset: a CSV file with a photo and its class in each row. This is only the description, plain
// data that can be sent to a worker; `csvPhotos` reads the file.
import { checkFields, checkFlag, isObject, type Names } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import { checkSplitOptions, type SplitOptions } from "./split.js";

export interface ImageCsvOptions extends SplitOptions {
  /** The folder that paths in the file start from; default: the file's own. */
  readonly root?: string;
  /** Which columns to read, instead of those found by their names: each by its own name, or by number from 0. */
  readonly columns?: CsvColumns;
  /** Whether the first row names the columns; default: it does when it holds such names and no photo. */
  readonly header?: boolean;
  /** What stands between columns; default: what fits best among comma, semicolon, tab and bar. */
  readonly delimiter?: string;
}

export interface CsvColumns {
  readonly file: string | number;
  readonly label: string | number;
  /** Left out, the split is drawn. */
  readonly split?: string | number;
}

export interface ImageCsv extends Required<SplitOptions> {
  readonly kind: "csv";
  readonly file: string;
  readonly root: string | undefined;
  readonly columns: CsvColumns | undefined;
  readonly header: boolean | undefined;
  readonly delimiter: string | undefined;
}

/**
 * Photos in a table, one a row: file, class, and maybe split. With a header the columns may stand anywhere: `file`
 * (`filename`, `path`, `image`), `label` (`class`, `target`), `split` (`set`, or fast.ai's `is_valid` with True and
 * False); without one they are the first, second and third. Splits are train, valid (`val`, `validation`) and test, which
 * is left out, on every row or on none: then `validFraction` (default 0.2) of each class validates, drawn with `seed`
 * (default 42). Text is UTF-8, or what Excel writes; a row that is there twice counts once.
 * @throws "invalid-argument"; what is wrong with the file itself is found when it is read.
 */
export function imageCsv(file: string, options: ImageCsvOptions = {}): ImageCsv {
  if (typeof file !== "string" || file === "") throw invalidArgument("imageCsv's file", "the path of a CSV file", file);
  const { root, columns, header, delimiter, ...split } = checkFields("imageCsv's options", options, optionNames);
  if (root !== undefined && (typeof root !== "string" || root === ""))
    throw invalidArgument("root", "the path of a folder", root);
  checkFlag("header", header);
  if (columns !== undefined) checkColumns(columns, header);
  if (delimiter !== undefined && (typeof delimiter !== "string" || !/^[^\r\n"\ufeff]$/.test(delimiter)))
    throw invalidArgument("delimiter", "one character, no quote and no line break", delimiter);
  return { kind: "csv", file, root, columns, header, delimiter, ...checkSplitOptions(split) };
}

const optionNames: Names<ImageCsvOptions> = {
  root: true,
  columns: true,
  header: true,
  delimiter: true,
  validFraction: true,
  seed: true,
};

const columnNames: Names<CsvColumns> = { file: true, label: true, split: true };

function checkColumns(columns: CsvColumns, header: boolean | undefined): void {
  if (!isObject(columns)) throw invalidArgument("columns", "an object { file, label }", columns);
  const { file, label, split } = checkFields("columns", columns, columnNames);
  for (const [name, column] of Object.entries({ file, label, ...(split !== undefined && { split }) })) {
    const isNumber = Number.isInteger(column) && (column as number) >= 0;
    if (!isNumber && (typeof column !== "string" || column === ""))
      throw invalidArgument(`columns.${name}`, "a column's name or its number from 0", column);
    if (!isNumber && header === false)
      throw invalidArgument(`columns.${name}`, "a column's number, as header: false says that none is named", column);
  }
}
