import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeStorage } from "../../../src/learner/node/storage.js";
import { refusal } from "../../helpers/refusal.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const home = temporaryFolder();
let folders = 0;
const newFolder = (): string => join(home, "deep", `${folders++}`);
const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

describe("nodeStorage", () => {
  it("has no files where there is no folder", async () => {
    expect(await nodeStorage(newFolder()).list()).toEqual([]);
  });

  it("gives back what was written, in parts", async () => {
    const folder = newFolder();
    const storage = nodeStorage(folder);
    await storage.write("a", bytes);
    await storage.write("b", new Uint8Array(0));
    expect((await storage.list()).toSorted((x, y) => (x.name < y.name ? -1 : 1))).toEqual([
      { name: "a", size: 1000 },
      { name: "b", size: 0 },
    ]);
    expect(readFileSync(join(folder, "a"))).toEqual(Buffer.from(bytes));
    const into = new Uint8Array(300);
    await storage.read("a", 700, into);
    expect(into).toEqual(bytes.subarray(700));
    await storage.read("a", 1000, new Uint8Array(0));
  });

  it("replaces a file whole, and leaves no drafts", async () => {
    const folder = newFolder();
    const storage = nodeStorage(folder);
    await storage.write("a", bytes);
    await storage.write("a", Uint8Array.of(1));
    expect(await storage.list()).toEqual([{ name: "a", size: 1 }]);
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("removes files, also those that are gone", async () => {
    const storage = nodeStorage(newFolder());
    await storage.write("a", bytes);
    await storage.remove("a");
    await storage.remove("a");
    expect(await storage.list()).toEqual([]);
  });

  it("refuses to read what is not there, or not long enough", async () => {
    const storage = nodeStorage(newFolder());
    await storage.write("a", bytes);
    await refusal(() => storage.read("b", 0, new Uint8Array(1)), "file-access", "there is no such file");
    await refusal(() => storage.read("a", 701, new Uint8Array(300)), "file-access", "it ends at 1000 bytes");
  });

  it("lists neither folders, nor links, nor drafts; old drafts go", async () => {
    const folder = newFolder();
    const storage = nodeStorage(folder);
    await storage.write("a", bytes);
    mkdirSync(join(folder, "folder"));
    symlinkSync("/dev/zero", join(folder, "link"));
    writeFileSync(join(folder, ".draft-old"), bytes);
    writeFileSync(join(folder, ".draft-new"), bytes);
    const hoursAgo = Date.now() / 1000 - 2 * 3600;
    utimesSync(join(folder, ".draft-old"), hoursAgo, hoursAgo);
    expect(await storage.list()).toEqual([{ name: "a", size: 1000 }]);
    expect(readdirSync(folder).sort()).toEqual([".draft-new", "a", "folder", "link"]);
  });

  it("refuses a folder that is a file, or below one", async () => {
    const file = join(home, "file");
    writeFileSync(file, "");
    for (const path of [file, join(file, "below")]) {
      await refusal(() => nodeStorage(path).write("a", bytes), "file-access", "Cannot write", "Choose a folder");
      await refusal(() => nodeStorage(path).list(), "file-access", "Cannot read", "a part of the path is a file");
    }
  });

  // Root may write anywhere.
  it.skipIf(process.getuid?.() === 0)("refuses a folder that may not be written to", async () => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o500);
    await refusal(() => nodeStorage(folder).write("a", bytes), "file-access", "permission denied");
  });
});
