import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RemoteFile } from "../../../../src/learner/engine/platform.js";
import { describeChromium, type OpenedPage, openPage } from "../../../helpers/chromium.js";
import { type Answer, noise, sendFile, startServer } from "../../../helpers/model-server.js";
import { type LoadedWorker, loadInWorker } from "../../../helpers/page-worker.js";
import { refusal } from "../../../helpers/refusal.js";

type Exports = typeof import("../../../../src/learner/browser/downloads/downloads.js");

const content = noise(3_000_000);
const hash = createHash("sha256").update(content).digest("hex");

/** As servers do that are there for other sites' pages. */
const open =
  (answer: Answer): Answer =>
  (request, response, turn) => {
    response.setHeader("access-control-allow-origin", "*");
    answer(request, response, turn);
  };
const whole = open((request, response) => sendFile(request, response, content));

describeChromium("browserDownloads in a worker", () => {
  let opened: OpenedPage;
  let first: LoadedWorker<Exports>;
  const inWorker = (page: Page) =>
    loadInWorker<Exports>({ page, bundle: opened.bundle }, "src/learner/browser/downloads/downloads.ts");
  const newTab = async (): Promise<Page> => {
    const page = await opened.page.context().newPage();
    await page.goto(opened.url);
    return page;
  };
  beforeAll(async () => {
    opened = await openPage();
    first = await inWorker(opened.page);
  });
  afterAll(() => opened.close());

  interface Wish extends RemoteFile {
    /** Abort after so many milliseconds. */
    readonly patience?: number;
  }

  /** What comes of it, with the progress told and the milliseconds it took. */
  const get = (wish: Wish, { run } = first) =>
    run(async ({ browserDownloads }, { patience, ...file }) => {
      const progress: (readonly number[])[] = [];
      const onProgress = (done: number, total: number) => progress.push([done, total]);
      const controller = new AbortController();
      if (patience) globalThis.setTimeout(() => controller.abort(new Error("enough")), patience);
      const begun = performance.now();
      const settings = { stallTimeout: 400, attempts: 2, pause: 1 };
      const { bytes, ...rest } = await browserDownloads(settings)
        .get(file, { signal: controller.signal, onProgress })
        .catch((error) => {
          if (controller.signal.aborted) return { bytes: "", aborted: error.message, notice: "", sha256: "" };
          throw error;
        });
      return { ...rest, length: bytes.length, progress, time: performance.now() - begun };
    }, wish);

  it("keeps a file for later tabs, offline too", async () => {
    const server = await startServer(whole);
    const file = { url: `${server.url}/a/b.onnx` };
    const { sha256, notice, length, progress } = await get(file);
    expect([sha256, length]).toEqual([hash, 3_000_000]);
    expect(notice).toBe(`sha256 ${hash} of ${file.url} is remembered; later downloads must match`);
    expect([progress[0], progress.at(-1)]).toEqual([
      [0, 3_000_000],
      [3_000_000, 3_000_000],
    ]);
    await server.close();
    const page = await newTab();
    const later = await inWorker(page);
    await page.context().setOffline(true);
    try {
      expect(await get(file, later)).toMatchObject({ sha256: hash, notice: undefined, progress: [] });
      const missing = () => get({ url: `${server.url}/c.onnx` }, later);
      await refusal(missing, "download-failed", "the browser is offline", "give its bytes as the model");
    } finally {
      await page.context().setOffline(false);
    }
  });

  it("names what another site's server must send, and asks nobody who does not", async () => {
    const server = await startServer((request, response) => sendFile(request, response, content));
    const parts = ["no answer, or keeps it from this page", `"Access-Control-Allow-Origin: ${opened.url}"`, "CORS"];
    const { details } = await refusal(() => get({ url: `${server.url}/b.onnx` }), "download-failed", ...parts);
    expect(details).toEqual({
      url: `${server.url}/b.onnx`,
      reason: "the browser got no answer, or keeps it from this page",
    });
  });

  it("gets over an error and a body that is cut off", async () => {
    const server = await startServer(
      open((request, response, turn) => {
        if (turn % 2 === 1) sendFile(request, response, content);
        else if (turn === 0) response.writeHead(500).end();
        else sendFile(request, response, content, { cutAfter: 1_000_000 });
      }),
    );
    for (const name of ["a", "b"]) expect((await get({ url: `${server.url}/${name}` })).sha256).toBe(hash);
    expect(server.requests).toHaveLength(4);
  });

  it("takes what a server compresses, which browsers do not tell of other sites", async () => {
    const text = Buffer.alloc(2_000_000, "text ");
    const zipped = gzipSync(text);
    const headers = { "content-encoding": "gzip", "content-length": zipped.length };
    const server = await startServer(open((_, response) => void response.writeHead(200, headers).end(zipped)));
    const { length, progress } = await get({ url: `${server.url}/a.json` });
    expect(length).toBe(2_000_000);
    expect(progress[0]).toEqual([0, zipped.length]);
    expect(progress.slice(1).every(([done, total]) => total === 0 || done! <= zipped.length)).toBe(true);
  });

  it("gives up a server that falls silent, and stops at once when it is aborted", async () => {
    const server = await startServer(open((_, response) => void response.writeHead(200).write("begun")));
    await refusal(() => get({ url: `${server.url}/a` }), "download-failed", "nothing came from the server for 0.4 s");
    const { aborted, time } = (await get({ url: `${server.url}/b`, patience: 100 })) as Record<string, unknown>;
    expect(aborted).toBe("enough");
    expect(time).toBeLessThan(300);
  });

  it("refuses what is missing, and what is another file", async () => {
    const server = await startServer(open((_, response) => response.writeHead(404).end()));
    await refusal(() => get({ url: `${server.url}/a` }), "download-failed", "answers 404");
    const other = await startServer(whole);
    const call = () => get({ url: `${other.url}/a`, sha256: hash.replace(/./g, "0"), bytes: content.length });
    await refusal(call, "checksum-mismatch", hash, "Try again");
  });

  it("fetches in two tabs at once", async () => {
    const server = await startServer(whole);
    const file = { url: `${server.url}/b.onnx`, sha256: hash, bytes: content.length };
    const second = await inWorker(await newTab());
    for (const { sha256 } of await Promise.all([get(file), get(file, second), get(file), get(file, second)]))
      expect(sha256).toBe(hash);
    const before = server.requests.length;
    for (const worker of [first, second]) expect((await get(file, worker)).sha256).toBe(hash);
    expect(server.requests.length).toBe(before);
  });

  it("fetches what there is no room for every time, and says so", async () => {
    const server = await startServer(whole);
    const file = { url: `${server.url}/b.onnx`, sha256: hash, bytes: content.length };
    const session = await opened.page.context().newCDPSession(opened.page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: opened.url, quotaSize: 1_000_000 });
    try {
      for (let i = 0; i < 2; i++)
        expect((await get(file)).notice).toMatch(/must be downloaded again next time\. Cannot write regraft\/.* room/);
    } finally {
      await session.send("Storage.overrideQuotaForOrigin", { origin: opened.url });
    }
    expect(server.requests).toHaveLength(2);
    expect((await get(file)).notice).toBeUndefined();
    expect((await get(file)).sha256).toBe(hash);
    expect(server.requests).toHaveLength(3);
  });

  it("keeps nothing of a download whose tab crashes", async () => {
    const server = await startServer(
      open(async (_, response) => {
        response.writeHead(200, { "content-length": content.length });
        for (let from = 0; from < content.length; from += 100_000) {
          response.write(content.subarray(from, from + 100_000));
          await setTimeout(10);
        }
        response.end();
      }),
    );
    const file = { url: `${server.url}/b.onnx` };
    const page = await newTab();
    const doomed = await inWorker(page);
    const session = await page.context().newCDPSession(page);
    const work = get(file, doomed).catch(String);
    await setTimeout(100);
    session.send("Page.crash").catch(() => {});
    expect(await work).toMatch(/crash|closed/);
    expect(await first.run(({ browserDownloads }, file) => browserDownloads().has(file), file)).toBe(false);
    expect(await get(file)).toMatchObject({ sha256: hash, length: 3_000_000 });
  });
});
