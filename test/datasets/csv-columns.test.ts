import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/datasets/csv.js";
import { columnsOf } from "../../src/datasets/csv-columns.js";
import type { ImageCsv } from "../../src/datasets/image-csv.js";
import { refusal } from "../helpers/refusal.js";

const refuse = ({ line, reason, remedy }: Problem) => new Error(`${line}: ${reason}. ${remedy}`);

type Given = Partial<Pick<ImageCsv, "suffix" | "columns" | "header">>;
const found = (cells: readonly string[], { suffix, columns, header }: Given = {}) =>
  columnsOf({ line: 1, cells }, { file: "pets.csv", suffix, columns, header }, refuse);

const first = { file: 0, label: 1, split: undefined, splitIsFlag: false, hasHeader: true };

describe("columnsOf", () => {
  it.each([
    ["file,label", first],
    ["File,LABEL,Split", { ...first, split: 2 }],
    ["set,class,id,filename", { file: 3, label: 1, split: 0, splitIsFlag: false, hasHeader: true }],
    ["path,target", first],
    ["image,class", first],
    // fast.ai's own: MNIST_SAMPLE's labels.csv, and a column that says who validates.
    ["name,label", first],
    ["fname,label,is_valid", { ...first, split: 2, splitIsFlag: true }],
    ["label,name,path", { ...first, file: 2, label: 0 }],
  ])("knows the header %s", (header, columns) => {
    expect(found(header.split(","))).toEqual(columns);
  });

  it("takes a first row without a title that is known for a photo, where suffixes are left out", () => {
    expect(found(["train_0", "clear"], { suffix: ".jpg" })).toEqual({ ...first, hasHeader: false });
    expect(found(["image_name", "tags"], { suffix: ".jpg" })).toEqual(first);
  });

  it("takes a column for each label or value, and finds the others by name unless the file is named", () => {
    const header = ["Sunny", "file", "Indoor", "is_valid"];
    const labels = { labels: ["indoor", "SUNNY"] };
    expect(found(header, { columns: labels })).toEqual({
      ...first,
      file: 1,
      label: [2, 0],
      split: 3,
      splitIsFlag: true,
    });
    const named = { ...labels, file: "file" };
    expect(found(header, { columns: named })).toEqual({ ...first, file: 1, label: [2, 0] });
    const row = ["3.5", "a.jpg", "7"];
    expect(found(row, { columns: { targets: [0, 2] } })).toEqual({
      ...first,
      file: 1,
      label: [0, 2],
      hasHeader: false,
    });
    expect(() => found(header, { columns: { targets: ["age"] } })).toThrow("columns.targets");
    expect(() => found(["age", "id"], { columns: { targets: ["age"] } })).toThrow("no column is called file");
  });

  it("knows the table of tags of a lesson's satellite photos", () => {
    expect(found(["image_name", "tags"])).toEqual(first);
  });

  it("takes a first row with a photo as one", () => {
    const bare = { ...first, hasHeader: false };
    expect(found(["a.jpg", "cat"])).toEqual(bare);
    expect(found(["photos/a.heic", "class", "train"])).toEqual({ ...bare, split: 2 });
    expect(found(["a.jpg", "cat", ""])).toEqual({ ...bare, split: 2 });
    expect(found(["0001", "cat"], { header: false })).toEqual(bare);
  });

  it("takes columns by name, whatever the case, and by number", () => {
    const header = ["id", "Breed", "is_valid", "file"];
    expect(found(header, { columns: { file: "ID", label: "breed" } })).toEqual({ ...first, file: 0, label: 1 });
    const columns = { file: 3, label: "breed", split: "is_valid" };
    expect(found(header, { columns })).toEqual({ file: 3, label: 1, split: 2, splitIsFlag: true, hasHeader: true });
    expect(found(["cat", "b.jpg", "0.9"], { columns: { file: 1, label: 0 } })).toEqual({
      ...first,
      file: 1,
      label: 0,
      hasHeader: false,
    });
    expect(found(["id", "file"], { columns: { file: 1, label: 0 } })).toMatchObject({ hasHeader: true });
  });

  it.each<[string, readonly string[], string]>([
    ["no column of labels", ["file", "breed"], "1: no column is called label, class, target (there are file, breed)"],
    ["no column of files", ["id", "label"], "1: no column is called file, filename, file_name"],
    [
      "nothing that is known",
      ["id", "breed"],
      "names no photo and no column that is known. Let the file begin with the line file,label",
    ],
  ])("refuses %s", (_, cells, message) => {
    expect(() => found(cells)).toThrow(message);
  });

  it("refuses columns that are not there", async () => {
    const columns = { file: "file", label: "klass" };
    const { details } = await refusal(() => found(["file", "class"], { columns }), "invalid-argument", "pets.csv");
    expect(details).toMatchObject({ name: "columns.label", received: '"klass"' });
  });
});
