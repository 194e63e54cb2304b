import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { describeChromium, type OpenedPage, openPage } from "../../helpers/chromium.js";
import { type LoadedWorker, loadInWorker } from "../../helpers/page-worker.js";
import { refusal } from "../../helpers/refusal.js";

const source = "src/learner/browser/storage.ts";
type Exports = typeof import("../../../src/learner/browser/storage.js");

describeChromium("browserStorage", () => {
  let opened: OpenedPage;
  let worker: LoadedWorker<Exports>;
  let folders = 0;
  let folder: string;

  const inWorker = (page: Page) => loadInWorker<Exports>({ page, bundle: opened.bundle }, source);
  beforeAll(async () => {
    opened = await openPage();
    worker = await inWorker(opened.page);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    folder = `cache/${folders++}`;
  });

  const write = (name: string, length: number, fill: number, { run } = worker) =>
    run(
      ({ browserStorage }, { folder, name, length, fill }) =>
        browserStorage(folder).write(name, new Uint8Array(length).fill(fill)),
      { folder, name, length, fill },
    );
  const list = ({ run } = worker) =>
    run(
      async ({ browserStorage }, folder) =>
        (await browserStorage(folder).list()).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      folder,
    );
  const read = (name: string, offset: number, length: number, { run } = worker) =>
    run(
      async ({ browserStorage }, { folder, name, offset, length }) => {
        const into = new Uint8Array(length);
        await browserStorage(folder).read(name, offset, into);
        return [...new Set(into)];
      },
      { folder, name, offset, length },
    );
  /** All that lies in the folder, whoever put it there. */
  const inside = () =>
    worker.run(async (_, folder) => {
      let place = await navigator.storage.getDirectory();
      for (const name of folder.split("/")) place = await place.getDirectoryHandle(name);
      const names: string[] = [];
      for await (const name of (place as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
      return names.sort();
    }, folder);

  it("has no files where there is no folder, and makes none to look", async () => {
    expect(await list()).toEqual([]);
    await expect(inside()).rejects.toThrow("NotFoundError");
  });

  it("gives back what was written, in parts", async () => {
    const sums = await worker.run(async ({ browserStorage }, folder) => {
      const storage = browserStorage(folder);
      const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
      await storage.write("a", bytes);
      const into = new Uint8Array(300);
      await storage.read("a", 700, into);
      await storage.read("a", 1000, new Uint8Array(0));
      return [bytes.subarray(700), into].map((part) => [...part].join());
    }, folder);
    expect(sums[1]).toBe(sums[0]);
    expect(await list()).toEqual([{ name: "a", size: 1000 }]);
  });

  it("replaces a file whole, and leaves nothing else", async () => {
    await write("a", 1000, 1);
    await write("a", 10, 2);
    expect(await list()).toEqual([{ name: "a", size: 10 }]);
    expect([await read("a", 0, 10), await inside()]).toEqual([[2], ["a"]]);
  });

  it("removes files, also those that are gone", async () => {
    const remove = () => worker.run(({ browserStorage }, folder) => browserStorage(folder).remove("a"), folder);
    await remove();
    await write("a", 10, 1);
    await remove();
    await remove();
    expect([await list(), await inside()]).toEqual([[], []]);
  });

  it("refuses to read what is not there, or not long enough", async () => {
    await refusal(() => read("a", 0, 1), "file-access", `Cannot read ${folder}/a: there is no such file`);
    await write("a", 1000, 1);
    await refusal(() => read("b", 0, 1), "file-access", "there is no such file");
    const { details } = await refusal(() => read("a", 701, 300), "file-access", "it ends at 1000 bytes");
    expect(details).toEqual({ path: `${folder}/a`, operation: "read" });
  });

  it("refuses folders that are files, and names that browsers do not allow", async () => {
    await write("a", 10, 1);
    folder += "/a";
    await refusal(() => write("b", 1, 1), "file-access", "a part of the path is a file", "another folder");
    await refusal(list, "file-access", "Cannot read");
    folder = "../up";
    await refusal(() => write("b", 1, 1), "file-access", "Cannot write ../up", '"cache/pets"');
  });

  it("lists neither folders nor drafts; old drafts go", async () => {
    await write("a", 10, 1);
    const place = `${folder}/folder`;
    await worker.run(({ browserStorage }, place) => browserStorage(place).write("b", Uint8Array.of(1)), place);
    for (const name of [".draft-1", "a.crswap"]) await write(name, 10, 1);
    expect(await list()).toEqual([{ name: "a", size: 10 }]);
    expect(await inside()).toEqual([".draft-1", "a", "a.crswap", "folder"]);
    const later = await worker.run(async ({ browserStorage }, folder) => {
      const now = Date.now;
      Date.now = () => now() + 2 * 3_600_000;
      const files = await browserStorage(folder).list();
      Date.now = now;
      return files;
    }, folder);
    expect(later).toEqual([{ name: "a", size: 10 }]);
    expect(await inside()).toEqual(["a", "folder"]);
  });

  it("keeps files apart that two tabs write, and one of them where both write the same", async () => {
    const other = await inWorker(await opened.page.context().newPage().then(goTo(opened.url)));
    const both = [worker, other];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => [
        write(`${i}`, 50_000 + i, i, both[i % 2]),
        write("same", 100_000, i, both[i % 2]),
      ]).flat(),
    );
    const sizes = Object.fromEntries((await list(other)).map(({ name, size }) => [name, size]));
    expect(sizes).toEqual({
      ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, 50_000 + i])),
      same: 100_000,
    });
    for (const i of [0, 7, 19]) expect(await read(`${i}`, 0, 50_000 + i, both[(i + 1) % 2])).toEqual([i]);
    expect(await read("same", 0, 100_000)).toHaveLength(1);
    expect(await inside()).toHaveLength(21);
  });

  it("leaves no half file when the tab is closed, nor anything in the way of the next", async () => {
    await write("old", 1000, 1);
    for (const name of ["old", "new"]) {
      const page = await opened.page.context().newPage().then(goTo(opened.url));
      const doomed = await inWorker(page);
      const writing = write(name, 100_000_000, 2, doomed).catch((error) => String(error));
      // It has begun to write: that takes about a second.
      await expect.poll(inside, { interval: 10, timeout: 10_000 }).toContain(`${name}.crswap`);
      await page.close();
      expect(await writing).toContain("closed");
    }
    expect(await list()).toEqual([{ name: "old", size: 1000 }]);
    expect(await read("old", 0, 1000)).toEqual([1]);
    await write("new", 10, 3);
    expect(await list()).toEqual([
      { name: "new", size: 10 },
      { name: "old", size: 1000 },
    ]);
  });

  it("says what to do when there is no more room, and keeps what there was", async () => {
    const session: CDPSession = await opened.page.context().newCDPSession(opened.page);
    const quota = (quotaSize?: number) =>
      session.send("Storage.overrideQuotaForOrigin", { origin: opened.url, ...(quotaSize && { quotaSize }) });
    await write("a", 1_000_000, 1);
    await quota(2_000_000);
    try {
      for (const name of ["a", "b"]) {
        const parts = [`Cannot write ${folder}/${name}`, "no more room beside the", "Free space", "storage.persist"];
        const { details } = await refusal(() => write(name, 5_000_000, 2), "file-access", ...parts);
        expect(details).toEqual({ path: `${folder}/${name}`, operation: "write" });
      }
      expect([await list(), await inside()]).toEqual([[{ name: "a", size: 1_000_000 }], ["a"]]);
      expect(await read("a", 0, 1_000_000)).toEqual([1]);
    } finally {
      await quota();
    }
    await write("b", 5_000_000, 2);
    expect(await list()).toHaveLength(2);
  });
});

const goTo = (url: string) => async (page: Page) => {
  await page.goto(url);
  return page;
};
