import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { RegraftError } from "../../../../src/errors.js";
import { browserDownloads } from "../../../../src/learner/browser/downloads/downloads.js";
import type { DownloadContext } from "../../../../src/learner/engine/platform.js";
import { memoryStorage } from "../../../helpers/memory-storage.js";
import { type Answer, filesAt, noise, sendFile, startServer } from "../../../helpers/model-server.js";
import { refusal } from "../../../helpers/refusal.js";

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const content = noise(10_000);
const changed = noise(10_000).fill(1);
const hash = hashOf(content);
const context: DownloadContext = { signal: new AbortController().signal, onProgress: () => {} };
const settings = { stallTimeout: 500, attempts: 2, pause: 1 };

/** Downloads into a memory of their own. */
function fresh() {
  const storage = memoryStorage();
  return { storage, downloads: browserDownloads({ storage, ...settings }) };
}

const whole: Answer = (request, response) => sendFile(request, response, content);
const nameOf = (url: string) => `${hashOf(Buffer.from(url)).slice(0, 32)}-b.onnx`;

describe("get", () => {
  it("fetches once, keeps the file by its address, and touches no network for it again", async () => {
    const server = await startServer(whole);
    const { downloads, storage } = fresh();
    const file = { url: `${server.url}/a/b.onnx`, sha256: hash, bytes: content.length };
    expect(await downloads.has(file)).toBe(false);
    const first = await downloads.get(file, context);
    expect(first).toMatchObject({ sha256: hash, notice: undefined });
    expect(Buffer.from(first.bytes).equals(content)).toBe(true);
    expect([...storage.files.keys()]).toEqual([nameOf(file.url)]);
    await server.close();
    expect(await downloads.has(file)).toBe(true);
    expect(await downloads.get(file, context)).toMatchObject({ sha256: hash, notice: undefined });
  });

  it("tells files apart by their whole address, and none by what a file system would stumble over", async () => {
    const server = await startServer(whole);
    const { downloads, storage } = fresh();
    for (const path of ["/b.onnx", "/b.onnx?v=2", "/", `/${"long".repeat(100)}`, "/%2e%2e%2fb:c"])
      await downloads.get({ url: server.url + path, sha256: hash }, context);
    expect(storage.files.size).toBe(5);
    for (const name of storage.files.keys()) expect(name).toMatch(/^[0-9a-f]{32}-[\w.-]{0,80}$/);
  });

  it("fetches again what is damaged or cut off", async () => {
    const server = await startServer(whole);
    const { downloads, storage } = fresh();
    const file = { url: `${server.url}/b.onnx`, sha256: hash, bytes: content.length };
    await downloads.get(file, context);
    for (const damaged of [changed, content.subarray(0, 5000)]) {
      storage.files.set(nameOf(file.url), damaged);
      expect((await downloads.get(file, context)).sha256).toBe(hash);
    }
    expect(Buffer.from(storage.files.get(nameOf(file.url))!).equals(content)).toBe(true);
    expect(server.requests).toHaveLength(3);
  });

  it("refuses a file of another hash, and keeps nothing of it", async () => {
    const server = await startServer((request, response) => sendFile(request, response, changed));
    const { downloads, storage } = fresh();
    const file = { url: `${server.url}/b.onnx`, sha256: hash, bytes: content.length };
    const call = () => downloads.get(file, context);
    const { details } = await refusal(call, "checksum-mismatch", hash, hashOf(changed), "give its bytes as the model");
    expect(details).toEqual({ url: file.url, expected: hash, received: hashOf(changed) });
    expect(storage.files.size).toBe(0);
  });

  it("remembers a file whose hash nobody knows, and takes no other one later", async () => {
    let serves = content;
    const server = await startServer((request, response) => sendFile(request, response, serves));
    const { downloads, storage } = fresh();
    const file = { url: `${server.url}/b.onnx` };
    const { notice } = await downloads.get(file, context);
    expect(notice).toBe(`sha256 ${hash} of ${file.url} is remembered; later downloads must match`);
    expect(Buffer.from(storage.files.get(`${nameOf(file.url)}.sha256`)!).toString()).toBe(
      `${hash}  ${nameOf(file.url)}\n`,
    );
    expect((await downloads.get(file, context)).notice).toBeUndefined();
    serves = changed;
    storage.files.delete(nameOf(file.url));
    await refusal(() => downloads.get(file, context), "checksum-mismatch", "the first time", "keeps for this site");
    await downloads.forget(file);
    expect((await downloads.get(file, context)).notice).toContain(hashOf(changed));
  });

  it("says what is the matter, and what to do", async () => {
    const server = await startServer((_, response) => response.writeHead(404).end());
    const { downloads } = fresh();
    const call = () => downloads.get({ url: `${server.url}/b.onnx?key=secret` }, context);
    const error = await refusal(call, "download-failed", `${server.url}/b.onnx?…: the server answers 404`);
    expect(error.details.status).toBe(404);
    expect(error.message).not.toContain("secret");
    const gone = () => downloads.get({ url: "http://localhost:1/b.onnx" }, context);
    await refusal(gone, "download-failed", "got no answer", "CORS", "give its bytes as the model");
  });

  it("stops when it is aborted", async () => {
    const server = await startServer(() => {});
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 50);
    const call = fresh().downloads.get({ url: server.url }, { ...context, signal: controller.signal });
    await expect(call).rejects.toThrow("enough");
  });
});

describe("where the browser keeps nothing", () => {
  const refuse = async (): Promise<never> => {
    throw new RegraftError("file-access", { path: "regraft", operation: "write" }, "Cannot write: there is no room.");
  };
  const storage = { list: refuse, read: refuse, write: refuse, remove: refuse };

  it("files come all the same, and it is said why they will come again", async () => {
    const server = await startServer(filesAt({ "/b.onnx": content }));
    const downloads = browserDownloads({ storage, ...settings });
    for (const file of [{ url: `${server.url}/b.onnx` }, { url: `${server.url}/b.onnx`, sha256: hash }]) {
      const { sha256, notice } = await downloads.get(file, context);
      expect(sha256).toBe(hash);
      expect(notice).toBe(`${file.url} must be downloaded again next time. Cannot write: there is no room.`);
      expect(await downloads.has(file)).toBe(false);
      await downloads.forget(file);
    }
    expect(await downloads.find({ url: `${server.url}/config.json` }, context)).toBeUndefined();
    expect(server.requests).toHaveLength(3);
  });

  it("our own mistakes are not taken for that", async () => {
    const server = await startServer(whole);
    const broken = async (): Promise<never> => {
      throw new TypeError("a bug");
    };
    const downloads = browserDownloads({ storage: { ...memoryStorage(), write: broken }, ...settings });
    await expect(downloads.get({ url: server.url, sha256: hash }, context)).rejects.toThrow("a bug");
  });
});

describe("find", () => {
  it("gives a file that is there, and remembers one that is not", async () => {
    const server = await startServer(filesAt({ "/config.json": "{}" }));
    const { downloads } = fresh();
    const found = await downloads.find({ url: `${server.url}/config.json` }, context);
    expect(Buffer.from(found!.bytes).toString()).toBe("{}");
    for (let i = 0; i < 2; i++) expect(await downloads.find({ url: `${server.url}/none` }, context)).toBeUndefined();
    expect(server.requests).toHaveLength(2);
  });
});
