import { describe, expect, it } from "vitest";
import { csvPhotos } from "../../src/datasets/csv-photos.js";
import { type ImageCsvOptions, imageCsv } from "../../src/datasets/image-csv.js";
import { refusal } from "../helpers/refusal.js";
import { memoryTree } from "./memory-tree.js";

const photosIn = (text: string, options: ImageCsvOptions = {}, file = "pets/list.csv") =>
  csvPhotos(imageCsv(file, options), memoryTree("", [], { [file]: text }));

describe("csvPhotos", () => {
  it("finds photos beside the file, and names them as it does", async () => {
    const { photos, skipped } = await photosIn("file,label\ncats/a.jpg,cat\nb.jpg,dog\n");
    expect(photos).toEqual([
      { image: "pets/cats/a.jpg", name: "cats/a.jpg", label: "cat", split: undefined },
      { image: "pets/b.jpg", name: "b.jpg", label: "dog", split: undefined },
    ]);
    expect(skipped).toEqual([]);
  });

  it.each([
    ["below the root", "a.jpg", { root: "photos" }, "photos/a.jpg", "a.jpg"],
    ["above it", "../a.jpg", { root: "photos/" }, "photos/../a.jpg", "../a.jpg"],
    ["at absolute paths", "/data/a.jpg", { root: "photos" }, "/data/a.jpg", "/data/a.jpg"],
    ["at absolute paths of Windows", "C:\\data\\a.jpg", { root: "photos" }, "C:/data/a.jpg", "C:/data/a.jpg"],
    ["at paths with backslashes and detours", ".\\cats\\\\.\\a.jpg", {}, "pets/cats/a.jpg", "cats/a.jpg"],
    ["that are called in any script", "猫 ü.jpg", {}, "pets/猫 ü.jpg", "猫 ü.jpg"],
  ])("finds photos %s", async (_, path, options, image, name) => {
    const { photos } = await photosIn(`${path},cat`, { header: false, ...options });
    expect(photos).toMatchObject([{ image, name }]);
  });

  it("finds photos beside a file in the current folder", async () => {
    expect((await photosIn("a.jpg,cat", {}, "list.csv")).photos).toMatchObject([{ image: "a.jpg" }]);
    const { photos } = await photosIn("a.jpg,cat", {}, "C:\\pets\\list.csv");
    expect(photos).toMatchObject([{ image: "C:\\pets\\/a.jpg" }]);
  });

  it("finds photos whose suffix the file leaves out", async () => {
    const text = "image_name,tags\nimages\\train_0,haze\ntrain_1.jpg,clear\n";
    const { photos } = await photosIn(text, { suffix: ".jpg", root: "planet" });
    expect(photos.map(({ image, name }) => [image, name])).toEqual([
      ["planet/images/train_0.jpg", "images/train_0.jpg"],
      ["planet/train_1.jpg.jpg", "train_1.jpg.jpg"],
    ]);
  });

  it("reads splits, and counts the photos of a test split", async () => {
    const rows = ["a.jpg,cat,train", "b.jpg,cat,VAL", "c.jpg,dog,validation", "d.jpg,,test", "e.jpg,dog,test"];
    const { photos, skipped } = await photosIn(rows.join("\n"));
    expect(photos.map(({ split }) => split)).toEqual(["train", "valid", "valid"]);
    expect(skipped).toEqual([{ image: "pets/list.csv", reason: "2 rows are of a test split", stray: true }]);
  });

  it("reads fast.ai's is_valid", async () => {
    const { photos } = await photosIn(
      "fname,label,is_valid\na.jpg,cat,True\nb.jpg,cat,False\nc.jpg,dog,1\nd.jpg,dog,0\n",
    );
    expect(photos.map(({ split }) => split)).toEqual(["valid", "train", "valid", "train"]);
  });

  it("reads any number of labels from a column", async () => {
    const text = "image_name,tags\na.jpg,haze  primary\nb.jpg,\nc.jpg,primary primary clear\n";
    const { photos, classes } = await photosIn(text, { labelDelimiter: " " });
    expect(photos.map(({ label }) => label)).toEqual([["haze", "primary"], [], ["primary", "clear"]]);
    expect(classes).toBeUndefined();
  });

  it("reads a column for each label, and knows labels that no photo has", async () => {
    const text = "file,Sunny,Indoor\na.jpg,1,0\nb.jpg,False,True\nc.jpg,0.0,1.0\n";
    const { photos, classes } = await photosIn(text, { columns: { labels: ["sunny", "indoor"] } });
    expect(photos.map(({ label }) => label)).toEqual([["Sunny"], ["Indoor"], ["Indoor"]]);
    expect(classes).toEqual(["Sunny", "Indoor"]);
  });

  it("reads numbers, by the columns' names or places", async () => {
    const text = "file,age,height\na.jpg,3.5,1e2\nb.jpg,-1,0\n";
    const { photos, classes } = await photosIn(text, { columns: { targets: ["height", "age"] } });
    expect(photos.map(({ label }) => label)).toEqual([
      [100, 3.5],
      [0, -1],
    ]);
    expect(classes).toEqual(["height", "age"]);
    expect((await photosIn("a.jpg,7", { columns: { targets: [1] } })).classes).toEqual(["column 1"]);
  });

  it.each<[string, string, ImageCsvOptions, RegExp]>([
    [
      "a number that is none",
      "file,age\na.jpg,old\n",
      { columns: { targets: ["age"] } },
      /line 2: the age of a.jpg, "old"/,
    ],
    ["no number", "file,age\na.jpg,\n", { columns: { targets: ["age"] } }, /line 2: the age of a.jpg, ""/],
    ["a number beyond float32", "file,age\na.jpg,1e39\n", { columns: { targets: ["age"] } }, /is no number/],
    ["half a label", "file,sunny\na.jpg,0.5\n", { columns: { labels: ["sunny"] } }, /neither 0 nor 1/],
    [
      "a missing column",
      "file,age,sunny\na.jpg,3\n",
      { columns: { targets: ["sunny"] } },
      /2 columns where 3 are needed/,
    ],
    [
      "other labels for one photo",
      "file,tags\na.jpg,x y\na.jpg,x\n",
      { labelDelimiter: " " },
      /a.jpg is x here and x y in line 2/,
    ],
  ])("refuses %s, naming the line", async (_, text, options, reason) => {
    const { details } = await refusal(() => photosIn(text, options), "invalid-dataset");
    expect(details.reason).toMatch(reason);
  });

  it("takes an empty column for no split", async () => {
    const { photos } = await photosIn("file,label,split\na.jpg,cat,\nb.jpg,dog,\n");
    expect(photos.map(({ split }) => split)).toEqual([undefined, undefined]);
  });

  it("counts a row that is there twice once, and lets rows end in delimiters", async () => {
    const { photos } = await photosIn("file,label\na.jpg,cat,,\nb.jpg,dog\n./a.jpg,cat\n");
    expect(photos.map(({ name }) => name)).toEqual(["a.jpg", "b.jpg"]);
  });

  it.each<[string, string, string]>([
    ["one file in two classes", "a.jpg,cat\nb.jpg,dog\na.jpg,dog", "line 3: a.jpg is dog here and cat in line 1"],
    ["one in two splits", "a.jpg,cat,train\na.jpg,cat,valid", "line 2: a.jpg is cat (valid) here and cat (train)"],
    ["too few columns", "a.jpg,cat\nb.jpg\n", "line 2: 1 columns where 2 are needed"],
    ["too many columns", "a.jpg,cat,train\nb,c.jpg,cat,train", "line 2: 4 columns where the first row has 3"],
    ["one column", "a.jpg\nb.jpg\n", "line 1: 1 columns where 2 are needed"],
    ["an unknown split", "a.jpg,cat,train\nb.jpg,cat,holdout", 'line 2: the split "holdout" is none. Write train'],
    ["a third column of something else", "a.jpg,cat,0.93", "tell imageCsv which columns count"],
    [
      "flags that are none",
      "file,label,is_valid\na.jpg,cat,yes",
      'line 2: the split "yes" is none. Write True or False',
    ],
    ["a split on some rows only", "a.jpg,cat,train\nb.jpg,cat,\n", "line 2: no split, where other rows have one"],
    ["no split beside a test split", "a.jpg,cat,\nb.jpg,cat,test\n", "line 1: no split, where other rows have one"],
    ["no file", "a.jpg,cat\n,dog", "line 2: no file is named"],
    ["no label", "a.jpg,cat\nb.jpg,", "line 2: b.jpg has no label"],
    ["a header alone", "file,label\n", "it lists no photos"],
    ["a test split alone", "a.jpg,cat,test\n", "all its photos are of a test split"],
    ["no text", "a\0b", "it is binary, not text"],
    ["no header that is known", "id,breed\n0001,beagle\n", "line 1: the first row (id, breed)"],
    ["an open quote", 'a.jpg,cat\n"b.jpg,dog\n', "line 2: a quote is not closed"],
  ])("refuses %s", async (_, text, message) => {
    const { details } = await refusal(() => photosIn(text), "invalid-dataset", "Cannot use pets/list.csv", /\. [A-Z]/);
    expect(details.source).toBe("pets/list.csv");
    await expect(photosIn(text)).rejects.toThrow(message);
  });

  it("keeps its messages short, whatever the cells", async () => {
    const long = "x".repeat(10_000);
    for (const text of [`${long},${long}`, `file,${long}`, `a.jpg,cat,${long}`, `${long}.jpg,a\n${long}.jpg,b`]) {
      const { message, details } = await refusal(() => photosIn(text), "invalid-dataset");
      expect(message.length).toBeLessThan(500);
      expect(details.reason.length).toBeLessThan(400);
    }
  });

  it("refuses columns that are not there, and files that cannot be read", async () => {
    const columns = { file: "file", label: "breed" };
    await refusal(() => photosIn("file,label\na.jpg,cat", { columns }), "invalid-argument", "pets/list.csv", "breed");
    await refusal(() => photosIn("a.jpg,cat", { columns: { file: 0, label: 5 } }), "invalid-dataset", "6 are needed");
    await refusal(() => csvPhotos(imageCsv("none.csv"), memoryTree("", [])), "file-access", "none.csv");
  });
});
