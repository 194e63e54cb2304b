// A table of photos as a dataset: a CSV file with a photo in each row, and what it shows. This is only the description, plain
// data that can be sent to a worker; `csvPhotos` reads the file.
import { checkFields, checkFlag, isObject, type Names } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import { checkSplitOptions, type SplitOptions } from "./split.js";
import type { Task } from "./task.js";

export interface ImageCsvOptions extends SplitOptions {
  /** The folder that paths in the file start from; default: the file's own. */
  readonly root?: string;
  /** Is appended to every file name in the table, such as ".jpg": fast.ai's `suff`. Default: nothing. */
  readonly suffix?: string;
  /** Which columns to read, instead of those found by their names: each by its own name, or by number from 0. */
  readonly columns?: CsvColumns | LabelColumns | TargetColumns;
  /**
   * What stands between the labels of a photo, such as " ": its label column then holds any number of them, or none. fast.ai's
   * `label_delim`. Default: a photo has one label.
   */
  readonly labelDelimiter?: string;
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

interface FoundColumns {
  /** Left out, file and split are found by their names. */
  readonly file?: string | number;
  readonly split?: string | number;
}

/** A column for each label, which says 1 or True of photos that have it and 0 or False of others. */
export interface LabelColumns extends FoundColumns {
  readonly labels: readonly (string | number)[];
}

/** Columns of numbers, which are to be predicted. */
export interface TargetColumns extends FoundColumns {
  readonly targets: readonly (string | number)[];
}

export interface ImageCsv<T extends Task = Task> extends Required<SplitOptions> {
  readonly kind: "csv";
  readonly task: T;
  readonly file: string;
  readonly root: string | undefined;
  readonly suffix: string | undefined;
  readonly columns: CsvColumns | LabelColumns | TargetColumns | undefined;
  readonly labelDelimiter: string | undefined;
  readonly header: boolean | undefined;
  readonly delimiter: string | undefined;
}

interface ClassOptions extends ImageCsvOptions {
  readonly columns?: CsvColumns;
  readonly labelDelimiter?: never;
}

/**
 * Photos in a table, one a row: file, class, and maybe split. With a header the columns may stand anywhere: `file`
 * (`filename`, `path`, `image`), `label` (`class`, `target`, `labels`, `tags`), `split` (`set`, or fast.ai's `is_valid` with
 * True and False); without one they are the first, second and third. Splits are train, valid (`val`, `validation`) and test,
 * which is left out, on every row or on none: then `validFraction` (default 0.2) of each class validates, drawn with `seed`
 * (default 42). Text is UTF-8, or what Excel writes; a row that is there twice counts once.
 *
 * With `labelDelimiter`, or with `columns: { labels: ["sunny", "indoor"] }`, photos have any number of labels each; with
 * `columns: { targets: ["age"] }` they have numbers, which are to be predicted. Then `validFraction` of all photos validates.
 * @throws "invalid-argument"; what is wrong with the file itself is found when it is read.
 */
export function imageCsv(file: string, options?: ClassOptions): ImageCsv<"single-label">;
export function imageCsv(
  file: string,
  options: ImageCsvOptions & { readonly columns: TargetColumns },
): ImageCsv<"regression">;
export function imageCsv(
  file: string,
  options: ImageCsvOptions & ({ readonly columns: LabelColumns } | { readonly labelDelimiter: string }),
): ImageCsv<"multi-label">;
export function imageCsv(file: string, options?: ImageCsvOptions): ImageCsv;
export function imageCsv(file: string, options: ImageCsvOptions = {}): ImageCsv {
  if (typeof file !== "string" || file === "") throw invalidArgument("imageCsv's file", "the path of a CSV file", file);
  const { root, suffix, columns, labelDelimiter, header, delimiter, ...split } = checkFields(
    "imageCsv's options",
    options,
    optionNames,
  );
  if (root !== undefined && (typeof root !== "string" || root === ""))
    throw invalidArgument("root", "the path of a folder", root);
  if (suffix !== undefined && (typeof suffix !== "string" || suffix === ""))
    throw invalidArgument("suffix", 'the end of the files\' names, such as ".jpg"', suffix);
  checkFlag("header", header);
  if (columns !== undefined) checkColumns(columns, header);
  if (delimiter !== undefined && (typeof delimiter !== "string" || !/^[^\r\n"\ufeff]$/.test(delimiter)))
    throw invalidArgument("delimiter", "one character, no quote and no line break", delimiter);
  if (labelDelimiter !== undefined && (typeof labelDelimiter !== "string" || labelDelimiter === ""))
    throw invalidArgument("labelDelimiter", "what stands between labels", labelDelimiter);
  const isList = columns !== undefined && !("label" in columns);
  if (labelDelimiter !== undefined && isList)
    throw invalidArgument("labelDelimiter", "no delimiter where each label has a column of its own", labelDelimiter);
  const task =
    isList && "targets" in columns
      ? "regression"
      : isList || labelDelimiter !== undefined
        ? "multi-label"
        : "single-label";
  const table = { file, root, suffix, columns, labelDelimiter, header, delimiter };
  return { kind: "csv", task, ...table, ...checkSplitOptions(split) };
}

const optionNames: Names<ImageCsvOptions> = {
  root: true,
  suffix: true,
  columns: true,
  labelDelimiter: true,
  header: true,
  delimiter: true,
  validFraction: true,
  seed: true,
};

const columnNames = { file: true, label: true, labels: true, targets: true, split: true } as const;

type AnyColumns = Partial<CsvColumns & LabelColumns & TargetColumns>;

function checkColumns(columns: NonNullable<ImageCsvOptions["columns"]>, header: boolean | undefined): void {
  if (!isObject(columns)) throw invalidArgument("columns", "an object { file, label }", columns);
  const { file, label, labels, targets, split } = checkFields<AnyColumns>("columns", columns, columnNames);
  if ([label, labels, targets].filter((what) => what !== undefined).length > 1)
    throw invalidArgument("columns", "one of label, labels and targets", Object.keys(columns).join(", "));
  const check = (name: string, column: unknown): void => {
    const isNumber = Number.isInteger(column) && (column as number) >= 0;
    if (!isNumber && (typeof column !== "string" || column === ""))
      throw invalidArgument(`columns.${name}`, "a column's name or its number from 0", column);
    if (!isNumber && header === false)
      throw invalidArgument(`columns.${name}`, "a column's number, as header: false says that none is named", column);
  };
  const [list, several] = labels === undefined ? ["targets", targets] : ["labels", labels];
  if (several === undefined || file !== undefined) check("file", file);
  if (several === undefined) check("label", label);
  else if (!Array.isArray(several) || several.length === 0 || new Set(several).size < several.length)
    throw invalidArgument(`columns.${list}`, "a list of columns, each once", several);
  else for (const [i, column] of several.entries()) check(`${list}[${i}]`, column);
  if (split !== undefined) check("split", split);
}
