import { describe, expect, it } from "vitest";
import { type Row, readRows } from "../../src/datasets/csv.js";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function utf16(text: string, order: "le" | "be"): Uint8Array {
  const units = Array.from(`\ufeff${text}`, (unit) => unit.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => (order === "le" ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])));
}

function rowsOf(content: string | Uint8Array, delimiter?: string): readonly Row[] {
  const rows: Row[] = [];
  const refuse = ({ line, reason, remedy }: { line?: number; reason: string; remedy: string }) =>
    new Error(`${line ?? "-"}: ${reason}. ${remedy}`);
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  readRows(bytes, { delimiter, refuse }, (row) => rows.push(row));
  return rows;
}

const table = [
  { line: 1, cells: ["file", "label"] },
  { line: 2, cells: ["a.jpg", "cat"] },
  { line: 3, cells: ["b.jpg", "dog"] },
];

describe("readRows", () => {
  it.each<[string, string | Uint8Array]>([
    ["commas", "file,label\na.jpg,cat\nb.jpg,dog\n"],
    ["no line break at the end", "file,label\na.jpg,cat\nb.jpg,dog"],
    ["Windows line breaks", "file,label\r\na.jpg,cat\r\nb.jpg,dog\r\n"],
    ["line breaks of both kinds, and old ones", "file,label\r\na.jpg,cat\rb.jpg,dog\n"],
    ["a byte order mark", "\ufefffile,label\na.jpg,cat\nb.jpg,dog\n"],
    ["semicolons, as Excel writes them in many countries", "file;label\r\na.jpg;cat\r\nb.jpg;dog\r\n"],
    ["tabs", "file\tlabel\na.jpg\tcat\nb.jpg\tdog\n"],
    ["bars", "file|label\na.jpg|cat\nb.jpg|dog\n"],
    ["quotes", '"file","label"\n"a.jpg","cat"\n"b.jpg","dog"\n'],
    ["spaces", " file , label\na.jpg, cat \nb.jpg ,dog\n"],
    ["Excel's Unicode text", utf16("file\tlabel\r\na.jpg\tcat\r\nb.jpg\tdog\r\n", "le")],
    ["the other byte order", utf16("file,label\na.jpg,cat\nb.jpg,dog\n", "be")],
  ])("reads %s", (_, content) => {
    expect(rowsOf(content)).toEqual(table);
  });

  it("counts lines, not rows: blank ones and breaks within quotes as well", () => {
    expect(rowsOf('a.jpg,cat\n\n,\n"b\r\nc.jpg",dog\nd.jpg,cat')).toEqual([
      { line: 1, cells: ["a.jpg", "cat"] },
      { line: 4, cells: ["b\nc.jpg", "dog"] },
      { line: 6, cells: ["d.jpg", "cat"] },
    ]);
  });

  it("takes delimiters and quotes within quotes as they are", () => {
    expect(rowsOf('"a, ""best"" of all.jpg","cat"\nit\'s 6" tall.jpg,dog').map(({ cells }) => cells)).toEqual([
      ['a, "best" of all.jpg', "cat"],
      ["it's 6\" tall.jpg", "dog"],
    ]);
  });

  it("takes the delimiter that it is told, by the caller or by Excel's first line", () => {
    expect(rowsOf("a,1.jpg:cat", ":")).toEqual([{ line: 1, cells: ["a,1.jpg", "cat"] }]);
    expect(rowsOf("sep=:\r\na,1.jpg:cat\r\n")).toEqual([{ line: 2, cells: ["a,1.jpg", "cat"] }]);
  });

  it("goes through files of any length, chunk by chunk", () => {
    // The chunks are 2^20 characters: 16 each, so that the last one ends with its line, and 17, across all boundaries.
    for (const [width, count] of [
      [16, 2 ** 16],
      [16, 2 ** 17],
      [17, 150_000],
    ] as const) {
      const line = (i: number) => `${`${i}.jpg`.padEnd(width - 5, "_")},"a"\n`.padEnd(width);
      const rows = rowsOf(Array.from({ length: count }, (_, i) => line(i)).join(""));
      expect(rows).toHaveLength(count);
      expect(rows[count - 1]).toEqual({ line: count, cells: [`${count - 1}.jpg`.padEnd(width - 5, "_"), "a"] });
    }
  });

  it.each<[string, string | Uint8Array, string]>([
    ["nothing", "", "-: it is empty"],
    ["blanks", " \r\n\t\n", "-: it is empty"],
    ["a byte order mark alone", "\ufeff", "-: it is empty"],
    ["zeros", Uint8Array.of(97, 0, 98), "-: it is binary, not text. Save it as CSV UTF-8."],
    ["an Excel workbook", bytesOf("PK\u0003\u0004 and so on"), "-: it is a workbook or an archive"],
    ["Latin-1", Uint8Array.of(0xfc, 0x2c, 0x61), "-: it is not text in UTF-8"],
    ["a quote that is not closed", 'a.jpg,cat\n"b.jpg,dog\nc.jpg,cat\n', "2: a quote is not closed"],
    ["a quote within quotes", 'a.jpg,cat\nb.jpg,cat\n"c "best".jpg",dog\n', "3: a quote is not closed, or"],
    ["megabytes without a row", `"${"a".repeat(3 * 2 ** 20)}`, "1: a row of more than a million characters"],
    ["megabytes of stray quotes", `a,b\n${'"x'.repeat(2 ** 20)}`, "2: a row of more than a million"],
  ])("refuses %s", (_, content, message) => {
    expect(() => rowsOf(content)).toThrow(message);
  });
});
