// Bytes of a CSV file → its rows. Nothing else imports papaparse.
import Papa from "papaparse";

export interface Row {
  /** Where the row begins in the file, from 1. */
  readonly line: number;
  /** Without the spaces around them. */
  readonly cells: readonly string[];
}

/** Why a file is refused. */
export interface Problem {
  readonly line?: number;
  readonly reason: string;
  readonly remedy: string;
}

export interface CsvOptions {
  /** Guessed when it is left out. */
  readonly delimiter: string | undefined;
  /** Makes the error to throw. */
  readonly refuse: (problem: Problem) => Error;
}

// Parsed at a time, so that nothing that is wrong with a file makes it need more memory than this many characters do.
const chunkSize = 2 ** 20;

/** Hands over the rows that are not blank, in order. */
export function readRows(bytes: Uint8Array, options: CsvOptions, take: (row: Row) => void): void {
  const { refuse } = options;
  const { text, delimiter, firstLine } = prepare(textOf(bytes, refuse), options);
  let line = firstLine;
  const chunk = ({ data, errors, meta }: Papa.ParseResult<readonly string[]>): void => {
    // An error in the row that the next chunk completes will be seen again.
    const bad = errors.find(({ type, row }) => type === "Quotes" && row !== undefined && row < data.length)?.row;
    for (const [i, cells] of data.entries()) {
      if (i === bad) throw refuse({ ...malformed, line });
      if (cells.some((cell) => cell.trim() !== "")) take({ line, cells: cells.map((cell) => cell.trim()) });
      line += 1 + cells.reduce((breaks, cell) => breaks + (cell.includes("\n") ? cell.split("\n").length - 1 : 0), 0);
    }
    if (data.length === 0 && meta.cursor < text.length) throw refuse({ ...endless, line });
  };
  // Its types ask for `complete` with chunks.
  Papa.parse<readonly string[]>(text, { delimiter, newline: "\n", chunkSize, chunk, complete: () => {} });
}

const endless = {
  reason: "a row of more than a million characters",
  remedy: "Close its quotes, and end rows with line breaks.",
};

const malformed = {
  reason: "a quote is not closed, or stands within quotes",
  remedy: 'Write a quote within quotes twice: "a ""quoted"" word".',
};

const delimitersToGuess = [",", ";", "\t", "|"];

/** Line breaks of one kind, the delimiter known, and Excel's first line that names it taken off. */
function prepare(raw: string, { delimiter, refuse }: CsvOptions) {
  const normal = raw.replaceAll(/\r\n?/g, "\n");
  const [line, named] = /^sep=([^\n])\n/i.exec(normal) ?? [""];
  const text = normal.slice(line.length);
  if (text.trim() === "") throw refuse({ reason: "it is empty", remedy: "It takes a row for each photo: file,label." });
  // More than the guess looks at, and far less than a large file.
  const start = text.slice(0, 2 ** 16);
  const guessed = () => Papa.parse(start, { newline: "\n", skipEmptyLines: true, delimitersToGuess }).meta.delimiter;
  return { text, delimiter: delimiter ?? named ?? guessed(), firstLine: line === "" ? 1 : 2 };
}

/** UTF-8, or what Excel calls Unicode text: UTF-16 behind a byte order mark. */
function textOf(bytes: Uint8Array, refuse: CsvOptions["refuse"]): string {
  const [first, second] = bytes;
  const utf16 = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "";
  const remedy = "Save it as CSV UTF-8.";
  if (!utf16 && String.fromCharCode(...bytes.subarray(0, 4)) === "PK\x03\x04")
    throw refuse({ reason: "it is a workbook or an archive, not text", remedy });
  if (!utf16 && bytes.includes(0)) throw refuse({ reason: "it is binary, not text", remedy });
  try {
    return new TextDecoder(utf16 || "utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refuse({ reason: "it is not text in UTF-8", remedy });
  }
}
