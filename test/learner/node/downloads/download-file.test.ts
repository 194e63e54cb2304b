import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { RemoteFile } from "../../../../src/learner/engine/platform.js";
import { downloadFile } from "../../../../src/learner/node/downloads/download-file.js";
import { downloadSettings } from "../../../../src/learner/node/downloads/download-settings.js";
import { noise, sendFile, startServer } from "../../../helpers/model-server.js";
import { refusal } from "../../../helpers/refusal.js";
import { temporaryFolder } from "../../../helpers/temporary.js";

const root = temporaryFolder();
const content = noise(3_000_000);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const hash = sha256(content);
const settings = { ...downloadSettings({}), pause: 1, stallTimeout: 1000 };

let folders = 0;
const newPath = (): string => join(root, `${folders++}`, "a.onnx");

function download(
  file: RemoteFile & { path: string },
  { signal = new AbortController().signal, onProgress = (_done: number, _total: number) => {} } = {},
) {
  return downloadFile(file, file.sha256, settings, { signal, onProgress });
}

const beside = (path: string): string[] => readdirSync(dirname(path));

describe("downloadFile", () => {
  it("gives a file its name once it is what it must be, and leaves nothing else", async () => {
    const server = await startServer((request, response) => sendFile(request, response, content));
    const path = newPath();
    const progress: (readonly number[])[] = [];
    const onProgress = (done: number, total: number) => progress.push([done, total]);
    const file = { url: `${server.url}/a.onnx`, sha256: hash, bytes: content.length, path };
    expect((await download(file, { onProgress })).sha256).toBe(hash);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(beside(path)).toEqual(["a.onnx"]);
    expect(progress[0]).toEqual([0, 3_000_000]);
    expect(progress.at(-1)).toEqual([3_000_000, 3_000_000]);
    expect(progress.length).toBeLessThan(20);
  });

  it("gets over cut connections, errors and pauses that the server asks for", async () => {
    const server = await startServer((request, response, turn) => {
      if (turn === 0 || turn === 3) response.writeHead(503).end();
      else if (turn === 1) response.writeHead(429, { "retry-after": "1" }).end();
      else if (turn === 2 || turn === 4) sendFile(request, response, content, { cutAfter: 1_200_000 });
      else sendFile(request, response, content);
    });
    const begun = performance.now();
    const { sha256 } = await download({ url: server.url, sha256: hash, bytes: content.length, path: newPath() });
    expect(sha256).toBe(hash);
    expect(performance.now() - begun).toBeGreaterThan(1000);
    const ranges = server.ranges();
    expect(ranges.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(ranges[3]).toMatch(/^bytes=\d+-$/);
    expect(ranges[4]).toBe(ranges[3]);
    expect(ranges).toHaveLength(6);
  });

  it("names both hashes when it is another file, and keeps nothing of it", async () => {
    const server = await startServer((request, response) => sendFile(request, response, noise(1000).fill(1)));
    const path = newPath();
    const call = () => download({ url: server.url, sha256: hash, bytes: 1000, path });
    const received = sha256(new Uint8Array(1000).fill(1));
    const { details } = await refusal(call, "checksum-mismatch", hash, received, server.url, "deleted", "By hand");
    expect(details).toEqual({ url: server.url, expected: hash, received });
    expect(beside(path)).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it("begins anew when what an earlier download had left spoils the file", async () => {
    const server = await startServer((request, response, turn) => {
      sendFile(request, response, content, turn === 0 ? { cutAfter: 2_000_000 } : {});
    });
    const path = newPath();
    const controller = new AbortController();
    const file = { url: server.url, sha256: hash, bytes: content.length, path };
    const first = download(file, {
      signal: controller.signal,
      onProgress: (done) => done > 0 && controller.abort(new Error("enough")),
    });
    await expect(first).rejects.toThrow("enough");
    const [part] = beside(path);
    const data = join(dirname(path), part!, "data");
    writeFileSync(data, readFileSync(data).fill(0));
    expect((await download(file)).sha256).toBe(hash);
    expect(server.ranges().slice(1)).toEqual([expect.stringMatching(/^bytes=/), undefined]);
    expect(beside(path)).toEqual(["a.onnx"]);
  });

  it("stops within 200 ms when it is aborted, and goes on from there the next time", async () => {
    const server = await startServer(async (request, response, turn) => {
      if (turn > 0) return sendFile(request, response, content);
      response.writeHead(200, { "content-length": content.length, etag: '"1"' });
      for (let from = 0; !response.destroyed && from < content.length; from += 100_000) {
        response.write(content.subarray(from, from + 100_000));
        await setTimeout(20);
      }
    });
    const path = newPath();
    const controller = new AbortController();
    let aborted = 0;
    const onProgress = (done: number) => {
      if (done < 1_000_000 || aborted) return;
      aborted = performance.now();
      controller.abort(new Error("enough"));
    };
    const file = { url: server.url, sha256: hash, path };
    await expect(download(file, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
    expect(performance.now() - aborted).toBeLessThan(200);
    expect(existsSync(path)).toBe(false);
    expect((await download(file)).sha256).toBe(hash);
    const from = Number(/\d+/.exec(server.ranges()[1]!)![0]);
    expect(from).toBeGreaterThanOrEqual(1_000_000);
    expect(beside(path)).toEqual(["a.onnx"]);
  });

  it("comes to one good file when two are at it at once", async () => {
    const server = await startServer((request, response, turn) =>
      sendFile(request, response, content, turn < 2 ? { cutAfter: 1_000_000 } : {}),
    );
    const file = { url: server.url, sha256: hash, bytes: content.length, path: newPath() };
    const both = await Promise.all([download(file), download(file)]);
    expect(both.map(({ sha256 }) => sha256)).toEqual([hash, hash]);
    expect(readFileSync(file.path).equals(content)).toBe(true);
    expect(beside(file.path)).toEqual(["a.onnx"]);
  });

  it("gives up in the end, saying where, why, how large, and how to do it by hand", async () => {
    const server = await startServer((_, response) => response.writeHead(500).end());
    const path = newPath();
    const file = { url: `${server.url}/a.onnx`, sha256: hash, bytes: 87_174_041, path };
    const parts = [`Cannot download ${server.url}/a.onnx`, "answers 500", "87.2 MB", hash, path, "By hand"];
    const { details } = await refusal(() => download(file), "download-failed", ...parts);
    expect(details).toEqual({ url: `${server.url}/a.onnx`, reason: "the server answers 500", status: 500 });
    expect(server.requests).toHaveLength(5);
    expect(beside(path)).toEqual([]);
  });

  it.each([
    [404, "there is no such file", "list of files"],
    [401, "not authorised", "HF_TOKEN"],
    [403, "forbidden", "HF_TOKEN"],
  ])("does not try %d again", async (status, reason, remedy) => {
    const server = await startServer((_, response) => response.writeHead(status).end());
    const call = () => download({ url: server.url, path: newPath() });
    const { details } = await refusal(call, "download-failed", reason, remedy);
    expect(details.status).toBe(status);
    expect(server.requests).toHaveLength(1);
  });

  it("says that there is no network where there is none", async () => {
    const server = await startServer(() => {});
    await server.close();
    const path = newPath();
    await refusal(() => download({ url: server.url, path }), "download-failed", "refused", "HTTPS_PROXY", path);
  });

  it("says what a silent server is, after as many tries as are allowed", async () => {
    const server = await startServer(() => {});
    const call = downloadFile(
      { url: server.url, path: newPath() },
      undefined,
      { ...settings, stallTimeout: 50, attempts: 2 },
      { signal: new AbortController().signal, onProgress: () => {} },
    );
    await refusal(() => call, "download-failed", "nothing came from the server for 0.05 s");
    expect(server.requests).toHaveLength(2);
  });

  it("throws what a caller's own function throws", async () => {
    const server = await startServer((request, response) => sendFile(request, response, content));
    const onProgress = () => {
      throw new TypeError("a bug of the caller's");
    };
    await expect(download({ url: server.url, path: newPath() }, { onProgress })).rejects.toThrow(TypeError);
    expect(server.requests).toHaveLength(1);
  });
});

describe("a cache that cannot be written", () => {
  const serving = () => startServer((request, response) => sendFile(request, response, content));

  it.skipIf(!existsSync("/dev/full"))("is refused when the disk is full, and freed again", async () => {
    const server = await serving();
    const path = newPath();
    const part = `${path}.left-0123abcd.part`;
    mkdirSync(part, { recursive: true });
    symlinkSync("/dev/full", join(part, "data"));
    const call = () => download({ url: server.url, path, bytes: content.length });
    const error = await refusal(call, "file-access", "the disk is full", "3.0 MB", "REGRAFT_CACHE", path);
    expect(error.details).toEqual({ path, operation: "write" });
    expect(beside(path)).toEqual([]);
  });

  it("is refused when a file stands in the way", async () => {
    const server = await serving();
    const file = join(root, "file");
    writeFileSync(file, "");
    const call = () => download({ url: server.url, path: join(file, "a.onnx") });
    await refusal(call, "file-access", "Cannot write", "REGRAFT_CACHE");
    const folder = newPath();
    mkdirSync(join(folder, "inside"), { recursive: true });
    await refusal(() => download({ url: server.url, path: folder }), "file-access", folder);
    expect(server.requests).toHaveLength(1);
  });

  it.skipIf(process.getuid?.() === 0)("is refused when it is read-only", async () => {
    const server = await serving();
    const path = newPath();
    mkdirSync(dirname(path));
    chmodSync(dirname(path), 0o555);
    await refusal(() => download({ url: server.url, path }), "file-access", "permission denied", "REGRAFT_CACHE");
    expect(server.requests).toHaveLength(0);
  });
});
