import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DownloadContext } from "../../../../src/learner/engine/platform.js";
import { cachePath } from "../../../../src/learner/node/downloads/cache-folder.js";
import { nodeDownloads } from "../../../../src/learner/node/downloads/downloads.js";
import { type Answer, filesAt, noise, sendFile, startServer } from "../../../helpers/model-server.js";
import { refusal } from "../../../helpers/refusal.js";
import { temporaryFolder } from "../../../helpers/temporary.js";

const root = temporaryFolder();
const content = noise(10_000);
const changed = noise(10_000).fill(1);
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const hash = hashOf(content);
const context: DownloadContext = { signal: new AbortController().signal, onProgress: () => {} };

/** Downloads into a cache of their own, and the path there. */
function fresh(env: Readonly<Record<string, string>> = {}) {
  const cache = mkdtempSync(join(root, "cache-"));
  const variables: Record<string, string | undefined> = { REGRAFT_CACHE: cache, ...env };
  const downloads = nodeDownloads(variables, { pause: 1, attempts: 2 });
  return { downloads, variables, path: (url: string) => cachePath(cache, url) };
}

const whole: Answer = (request, response) => sendFile(request, response, content);

describe("get", () => {
  it("fetches once, and touches no network for what it has", async () => {
    const server = await startServer(whole);
    const { downloads, path } = fresh();
    const file = { url: `${server.url}/a/b.onnx`, sha256: hash, bytes: content.length };
    expect(await downloads.has(file)).toBe(false);
    const first = await downloads.get(file, context);
    expect(first).toMatchObject({ sha256: hash, notice: undefined });
    expect(Buffer.from(first.bytes).equals(content)).toBe(true);
    expect(await downloads.has(file)).toBe(true);
    await server.close();
    expect(await downloads.get(file, context)).toMatchObject({ sha256: hash, notice: undefined });
    expect(existsSync(`${path(file.url)}.sha256`)).toBe(false);
  });

  it("fetches again what has been damaged or cut off in the cache", async () => {
    const server = await startServer(whole);
    const { downloads, path } = fresh();
    const file = { url: `${server.url}/b.onnx`, sha256: hash, bytes: content.length };
    await downloads.get(file, context);
    for (const damaged of [changed, content.subarray(0, 5000), new Uint8Array()]) {
      writeFileSync(path(file.url), damaged);
      expect((await downloads.get(file, context)).sha256).toBe(hash);
      expect(readFileSync(path(file.url)).equals(content)).toBe(true);
    }
    expect(server.requests).toHaveLength(4);
  });

  it("says what is wrong with a file that was put there by hand, when it can fetch none", async () => {
    const file = { url: "http://localhost:1/b.onnx", sha256: hash, bytes: content.length };
    const other = "What lies there now is another file";
    const { downloads, path, variables } = fresh();
    await refusal(() => downloads.get(file, context), "download-failed", /your copy as the model\.$/);
    const cases = [
      [content.subarray(0, 5000), "5000 bytes, not 10000"],
      [changed, `sha256 is ${hashOf(changed)}`],
    ] as const;
    for (const [bytes, why] of cases) {
      writeFileSync(path(file.url), bytes);
      await refusal(() => downloads.get(file, context), "download-failed", "refused", other, why);
    }
    variables.REGRAFT_OFFLINE = "1";
    writeFileSync(path(file.url), content.subarray(0, 5000));
    await refusal(() => downloads.get(file, context), "download-failed", "Unset it", other, "5000 bytes");
  });

  it("takes a file that was put there by hand, once it is looked at", async () => {
    const server = await startServer(whole);
    const { downloads, path } = fresh();
    const file = { url: `${server.url}/b.onnx`, sha256: hash };
    mkdirSync(dirname(path(file.url)), { recursive: true });
    writeFileSync(path(file.url), content);
    expect((await downloads.get(file, context)).sha256).toBe(hash);
    expect(server.requests).toHaveLength(0);
  });

  it("stops when it is aborted before it begins", async () => {
    const server = await startServer(whole);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(fresh().downloads.get({ url: server.url }, { ...context, signal })).rejects.toThrow("enough");
    expect(server.requests).toHaveLength(0);
  });
});

describe("a file whose hash nobody knows", () => {
  it("is remembered the first time, said aloud, and must stay the same", async () => {
    let serves = content;
    const server = await startServer((request, response) => sendFile(request, response, serves));
    const { downloads, path } = fresh();
    const file = { url: `${server.url}/b.onnx?token=secret` };
    const { notice } = await downloads.get(file, context);
    expect(notice).toBe(`sha256 ${hash} of ${server.url}/b.onnx?… is remembered; later downloads must match`);
    expect((await downloads.get(file, context)).notice).toBeUndefined();
    expect(server.requests).toHaveLength(1);

    const pin = `${path(file.url)}.sha256`;
    serves = changed;
    rmSync(path(file.url));
    const call = () => downloads.get(file, context);
    const { details } = await refusal(call, "checksum-mismatch", hash, hashOf(changed), `remove ${pin}`, "revision");
    expect(details).toEqual({ url: `${server.url}/b.onnx?…`, expected: hash, received: hashOf(changed) });
    expect(existsSync(path(file.url))).toBe(false);

    // The change is meant: as the message says.
    rmSync(pin);
    expect((await downloads.get(file, context)).notice).toContain(hashOf(changed));
  });

  it("is fetched again when the cache's copy is no longer what is remembered", async () => {
    const server = await startServer(whole);
    const { downloads, path } = fresh();
    const file = { url: `${server.url}/b.onnx` };
    await downloads.get(file, context);
    writeFileSync(path(file.url), changed);
    expect(await downloads.get(file, context)).toMatchObject({ sha256: hash, notice: undefined });
    expect(server.requests).toHaveLength(2);
  });

  it("is remembered when it was put there by hand", async () => {
    const { downloads, path } = fresh({ REGRAFT_OFFLINE: "1" });
    const file = { url: "https://example.com/b.onnx" };
    mkdirSync(dirname(path(file.url)), { recursive: true });
    writeFileSync(path(file.url), content);
    expect((await downloads.get(file, context)).notice).toContain(`sha256 ${hash} of https://example.com/b.onnx`);
    expect((await downloads.get(file, context)).notice).toBeUndefined();
  });

  it("is forgotten on demand", async () => {
    const server = await startServer(whole);
    const { downloads, path } = fresh();
    const file = { url: `${server.url}/b.onnx` };
    await downloads.get(file, context);
    await downloads.forget(file);
    await downloads.forget(file);
    for (const gone of [path(file.url), `${path(file.url)}.sha256`]) expect(existsSync(gone)).toBe(false);
  });
});

describe("find", () => {
  it("gives a file that is there", async () => {
    const server = await startServer(filesAt({ "/config.json": "{}" }));
    const found = await fresh().downloads.find({ url: `${server.url}/config.json` }, context);
    expect(Buffer.from(found!.bytes).toString()).toBe("{}");
  });

  it.each([401, 403, 404, 410])("remembers what is not there (%d)", async (status) => {
    const server = await startServer((_, response) => response.writeHead(status).end());
    const { downloads } = fresh();
    const file = { url: `${server.url}/config.json` };
    for (let i = 0; i < 2; i++) expect(await downloads.find(file, context)).toBeUndefined();
    expect(server.requests).toHaveLength(1);
    expect(await downloads.has(file)).toBe(false);
  });

  it("does not take a failure for an absence", async () => {
    const server = await startServer((_, response) => response.writeHead(500).end());
    await refusal(() => fresh().downloads.find({ url: server.url }, context), "download-failed", "500");
  });

  it("finds nothing offline, and remembers nothing of that", async () => {
    const server = await startServer(filesAt({ "/config.json": "{}" }));
    const { downloads, variables } = fresh({ HF_HUB_OFFLINE: "1" });
    const file = { url: `${server.url}/config.json` };
    expect(await downloads.find(file, context)).toBeUndefined();
    variables.HF_HUB_OFFLINE = "0";
    expect(await downloads.find(file, context)).toBeDefined();
    variables.HF_HUB_OFFLINE = "1";
    expect(await downloads.find(file, context)).toBeDefined();
  });
});

describe("offline", () => {
  it("says what to fetch by hand, and where to put it", async () => {
    const server = await startServer(whole);
    const { downloads, path } = fresh({ REGRAFT_OFFLINE: "1" });
    const file = { url: `${server.url}/b.onnx`, sha256: hash, bytes: content.length };
    const parts = ["REGRAFT_OFFLINE", "Unset it", file.url, "0.0 MB", hash, path(file.url), "path of your copy"];
    await refusal(() => downloads.get(file, context), "download-failed", ...parts);
    mkdirSync(dirname(path(file.url)), { recursive: true });
    writeFileSync(path(file.url), content);
    expect((await downloads.get(file, context)).sha256).toBe(hash);
    writeFileSync(path(file.url), changed);
    await refusal(() => downloads.get(file, context), "checksum-mismatch", hash, hashOf(changed), path(file.url));
    expect(server.requests).toHaveLength(0);
  });
});

describe("a mirror", () => {
  it("is asked instead of the hub; the file lies where the hub's would", async () => {
    const server = await startServer(filesAt({ "/hf/owner/name/resolve/main/b.onnx": content }));
    const { downloads, path } = fresh({ HF_ENDPOINT: `${server.url}/hf` });
    const file = { url: "https://huggingface.co/owner/name/resolve/main/b.onnx", sha256: hash };
    expect((await downloads.get(file, context)).sha256).toBe(hash);
    expect(path(file.url)).toMatch(/huggingface\.co\/owner\/name\/resolve\/main\/b\.onnx$/);
    expect(readFileSync(path(file.url)).equals(content)).toBe(true);
    await refusal(() => downloads.get({ ...file, url: `${file.url}x` }, context), "download-failed", "404");
  });

  it("with an address that is none is refused by its variable's name", async () => {
    const { downloads } = fresh({ HF_ENDPOINT: "mirror" });
    await refusal(() => downloads.get({ url: "https://example.com/a" }, context), "invalid-argument", "HF_ENDPOINT");
  });
});
