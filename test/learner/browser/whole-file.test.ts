import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isDraft } from "../../../src/learner/browser/whole-file.js";
import { describeChromium, type OpenedPage, openPage } from "../../helpers/chromium.js";
import { type LoadedWorker, loadInWorker } from "../../helpers/page-worker.js";
import { temporaryFolder } from "../../helpers/temporary.js";

type Exports = typeof import("../../../src/learner/browser/whole-file.js");

const source = "src/learner/browser/whole-file.ts";

describe("isDraft", () => {
  it("knows our drafts and Chromium's", () => {
    expect([".draft-1", "a.crswap", "a.segment", "draft-1"].map(isDraft)).toEqual([true, true, false, false]);
  });
});

const ways = [
  ["as browsers write that swap files", true],
  ["as Safari does before 26", false],
] as const;

describeChromium("writeWhole", () => {
  const folder = temporaryFolder();
  let opened: OpenedPage;
  beforeAll(async () => {
    opened = await openPage();
  });
  afterAll(() => opened.close());

  describe.each(ways)("%s", (_, swaps) => {
    /** A worker of a new tab, and what it does in a folder of its own. */
    async function tab(folder: string) {
      const page: Page = await opened.page.context().newPage();
      await page.goto(opened.url);
      const { run } = await loadInWorker<Exports>({ page, bundle: opened.bundle }, source);
      if (!swaps) await run(async () => void Reflect.deleteProperty(FileSystemFileHandle.prototype, "createWritable"));
      return {
        page,
        write: (name: string, length: number, fill: number) =>
          run(
            async ({ writeWhole }, { folder, name, length, fill }) => {
              const root = await navigator.storage.getDirectory();
              const place = await root.getDirectoryHandle(folder, { create: true });
              await writeWhole(place, name, new Uint8Array(length).fill(fill));
            },
            { folder, name, length, fill },
          ),
        drafts: () =>
          run(async (_, folder) => {
            const place = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder);
            const drafts: string[] = [];
            for await (const name of (place as unknown as { keys(): AsyncIterable<string> }).keys())
              if (/^\.draft|crswap$/.test(name)) drafts.push(name);
            return drafts.length;
          }, folder),
        /** Size and values of all files but drafts. */
        inside: () =>
          run(async (_, folder) => {
            const place = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });
            const files: Record<string, readonly number[]> = {};
            const handles = (place as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values();
            for await (const handle of handles) {
              if (/^\.draft|crswap$/.test(handle.name)) continue;
              const bytes = await (await handle.getFile()).arrayBuffer();
              files[handle.name] = [bytes.byteLength, ...new Set(new Uint8Array(bytes))];
            }
            return files;
          }, folder),
      };
    }

    it("writes and replaces, and leaves nothing else", async () => {
      const { write, inside } = await tab(`replaced-${swaps}`);
      await write("a", 1000, 1);
      expect(await inside()).toEqual({ a: [1000, 1] });
      await write("a", 10, 2);
      expect(await inside()).toEqual({ a: [10, 2] });
    });

    it("keeps one of two that are written at once", async () => {
      const [one, other] = [await tab(`both-${swaps}`), await tab(`both-${swaps}`)];
      for (let i = 0; i < 10; i++) {
        await Promise.all([one.write("a", 300_000 + i, 1), other.write("a", 300_000 + i, 2)]);
        const files = await one.inside();
        expect(Object.keys(files)).toEqual(["a"]);
        expect([
          [300_000 + i, 1],
          [300_000 + i, 2],
        ]).toContainEqual(files.a);
      }
    });

    it("changes no file when the tab crashes before the end", async () => {
      const survivor = await tab(`crashed-${swaps}`);
      await survivor.write("old", 1000, 1);
      for (const name of ["old", "new"]) {
        const { page, write } = await tab(`crashed-${swaps}`);
        const session = await page.context().newCDPSession(page);
        const writing = write(name, 200_000_000, 2).catch(String);
        const before = await survivor.drafts();
        await expect.poll(survivor.drafts, { interval: 5, timeout: 10_000 }).toBe(before + 1);
        session.send("Page.crash").catch(() => {});
        expect(await writing).toMatch(/crash|closed/);
      }
      // What is empty was made to be written; see browserStorage.
      expect(await survivor.inside()).toEqual({ old: [1000, 1], ...(swaps && { new: [0] }) });
    });

    it("changes no file when there is no more room", async () => {
      const { page, write, inside } = await tab(`full-${swaps}`);
      await write("a", 1000, 1);
      const session = await page.context().newCDPSession(page);
      await session.send("Storage.overrideQuotaForOrigin", { origin: opened.url, quotaSize: 1_000_000 });
      for (const name of ["a", "b"]) await expect(write(name, 5_000_000, 2)).rejects.toThrow(/QuotaExceeded|Abort/);
      await session.send("Storage.overrideQuotaForOrigin", { origin: opened.url });
      expect(await inside()).toEqual({ a: [1000, 1] });
    });
  });

  it("survives the browser's own crash", async () => {
    const profile = join(folder, "profile");
    const write = ({ run }: LoadedWorker<Exports>, length: number, fill: number) =>
      run(
        async ({ writeWhole }, { length, fill }) =>
          writeWhole(await navigator.storage.getDirectory(), "a", new Uint8Array(length).fill(fill)),
        { length, fill },
      );
    const doomed = await openPage({ profile });
    const worker = await loadInWorker<Exports>(doomed, source);
    await write(worker, 1000, 1);
    const session = await doomed.page.context().newCDPSession(doomed.page);
    const writing = write(worker, 200_000_000, 2).catch(String);
    await expect.poll(() => doomed.page.evaluate(namesInRoot), { interval: 5, timeout: 10_000 }).toContain("a.crswap");
    session.send("Browser.crash").catch(() => {});
    expect(await writing).toContain("closed");

    const next = await openPage({ profile });
    // The same origin: that server still runs.
    await next.page.goto(doomed.url);
    const survivor = await loadInWorker<Exports>({ page: next.page, bundle: doomed.bundle }, source);
    const found = await survivor.run(async () => {
      const file = await (await navigator.storage.getDirectory()).getFileHandle("a");
      const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
      return [bytes.length, ...new Set(bytes)];
    });
    expect(found).toEqual([1000, 1]);
    expect(await next.page.evaluate(namesInRoot)).toEqual(["a", "a.crswap"]);
    // What the crash left is in nobody's way.
    await write(survivor, 10, 3);
    expect(await next.page.evaluate(namesInRoot)).toContain("a");
    await next.close();
    await doomed.close();
  });
});

/** For a page. */
async function namesInRoot(): Promise<string[]> {
  const names: string[] = [];
  const root = await navigator.storage.getDirectory();
  for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
  return names.sort();
}
