import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../../src/learner/engine/downloads/download-failure.js";
import { type Part, takePart } from "../../../../src/learner/node/downloads/download-part.js";
import { downloadSettings } from "../../../../src/learner/node/downloads/download-settings.js";
import { transfer } from "../../../../src/learner/node/downloads/download-transfer.js";
import { type Answer, type FileOptions, noise, sendFile, startServer } from "../../../helpers/model-server.js";
import { temporaryFolder } from "../../../helpers/temporary.js";

const root = temporaryFolder();
const content = noise(3_000_000);
let parts = 0;
const newPart = (): Promise<Part> => takePart(join(root, `${parts++}`, "a.onnx"));

/** One try; returns how far it came, or the failure. */
async function tryOnce(url: string, part: Part, bytes?: number) {
  const progress: (readonly number[])[] = [];
  const onProgress = (done: number, total: number) => progress.push([done, total]);
  const job = { url, bytes, part, signal: new AbortController().signal, onProgress };
  const failure = await transfer(job, { ...downloadSettings({}), stallTimeout: 2000 }).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    return error;
  });
  return { failure: failure ?? undefined, progress, size: await part.size() };
}

const isWhole = (part: Part): boolean => readFileSync(part.data).equals(content);

/** Where the first answer is cut; what the connection still holds then is lost. */
const cutAfter = 2_000_000;
const cutOnce =
  (options: FileOptions = {}): Answer =>
  (request, response, turn) =>
    sendFile(request, response, content, { ...options, ...(turn === 0 && { cutAfter }) });

describe("transfer", () => {
  it("brings a whole file, telling how far it has come", async () => {
    const server = await startServer((request, response) => sendFile(request, response, content));
    const part = await newPart();
    const { failure, progress } = await tryOnce(`${server.url}/a`, part, content.length);
    expect(failure).toBeUndefined();
    expect(isWhole(part)).toBe(true);
    expect(progress[0]).toEqual([0, 3_000_000]);
    expect(progress.at(-1)).toEqual([3_000_000, 3_000_000]);
    expect(server.ranges()).toEqual([undefined]);
  });

  it("goes on where the connection was cut, if the content is still the same", async () => {
    const server = await startServer(cutOnce());
    const part = await newPart();
    const first = await tryOnce(server.url, part);
    expect(first.failure).toMatchObject({ reason: "the connection was cut", facts: { passing: true } });
    expect(first.size).toBeGreaterThan(1_000_000);
    expect(first.size).toBeLessThanOrEqual(cutAfter);
    const second = await tryOnce(server.url, part);
    expect(second.failure).toBeUndefined();
    expect(second.progress[0]).toEqual([first.size, 3_000_000]);
    expect(isWhole(part)).toBe(true);
    expect(server.ranges()).toEqual([undefined, `bytes=${first.size}-`]);
    expect(server.requests[1]!.headers["if-range"]).toBe('"1"');
  });

  it("begins anew when the server ignores ranges, or has other content by now", async () => {
    const changed: Answer = (request, response, turn) =>
      sendFile(request, response, content, { etag: `"${turn}"`, ...(turn === 0 && { cutAfter }) });
    for (const answer of [cutOnce({ ranges: false }), changed]) {
      const server = await startServer(answer);
      const part = await newPart();
      const { size } = await tryOnce(server.url, part);
      const { failure, progress } = await tryOnce(server.url, part);
      expect(failure).toBeUndefined();
      expect(progress[0]).toEqual([0, 3_000_000]);
      expect(isWhole(part)).toBe(true);
      expect(server.ranges()).toEqual([undefined, `bytes=${size}-`]);
    }
  });

  it("begins anew when nothing names the content, or it came from elsewhere", async () => {
    for (const etag of ["", 'W/"weak"']) {
      const server = await startServer(cutOnce({ etag }));
      const part = await newPart();
      await tryOnce(server.url, part);
      await tryOnce(server.url, part);
      expect(isWhole(part)).toBe(true);
      expect(server.ranges()).toEqual([undefined, undefined]);
    }
    const server = await startServer(cutOnce());
    const part = await newPart();
    await tryOnce(`${server.url}/a`, part);
    await tryOnce(`${server.url}/b`, part);
    expect(server.ranges()).toEqual([undefined, undefined]);
    expect(isWhole(part)).toBe(true);
  });

  it("takes the date of the last change where there is no ETag", async () => {
    const date = "Wed, 21 Oct 2015 07:28:00 GMT";
    const server = await startServer((request, response, turn) => {
      response.setHeader("last-modified", date);
      sendFile(request, response, content, { etag: "", ...(turn === 0 && { cutAfter }) });
    });
    const part = await newPart();
    const { size } = await tryOnce(server.url, part);
    await tryOnce(server.url, part);
    expect(server.requests[1]!.headers).toMatchObject({ range: `bytes=${size}-`, "if-range": date });
  });

  it("asks for nothing when all is there, and begins anew after a 416", async () => {
    const server = await startServer((request, response) => sendFile(request, response, content));
    const part = await newPart();
    await tryOnce(server.url, part);
    await tryOnce(server.url, part);
    expect(server.requests).toHaveLength(1);
    // The size was not told: the server has to say that this is all.
    await part.setOrigin({ url: server.url, validator: '"1"', total: undefined });
    expect((await tryOnce(server.url, part)).failure).toBeUndefined();
    expect(server.ranges()).toEqual([undefined, "bytes=3000000-"]);
    // More than there is: not this content.
    const shorter = await startServer((request, response) => sendFile(request, response, content.subarray(0, 1000)));
    await part.setOrigin({ url: shorter.url, validator: '"1"', total: undefined });
    expect((await tryOnce(shorter.url, part)).failure).toMatchObject({ facts: { passing: true } });
    expect(await tryOnce(shorter.url, part)).toMatchObject({ failure: undefined, size: 1000 });
    expect(shorter.ranges()).toEqual(["bytes=3000000-", undefined]);
  });

  it("believes no range that was not asked for", async () => {
    const odd = (range: string) =>
      startServer((request, response, turn) => {
        if (turn === 0) return sendFile(request, response, content, { cutAfter });
        response.writeHead(206, { "content-range": range }).end(content.subarray(0, 10));
      });
    for (const range of ["bytes 0-9/3000000", "bytes 2000001-2000010/3000000", "", "chapters 1-2/3"]) {
      const server = await odd(range);
      const part = await newPart();
      const first = await tryOnce(server.url, part);
      const { failure, size } = await tryOnce(server.url, part);
      expect(failure?.reason).toContain("cannot go on where");
      expect(size).toBe(first.size);
      expect(await part.origin()).toBeUndefined();
    }
    const server = await startServer((_, response) => response.writeHead(206).end("x"));
    expect((await tryOnce(server.url, await newPart())).failure?.reason).toContain("206 to a request for the whole");
  });
});

describe("a size", () => {
  const gives = (write: (response: ServerResponse) => void) => startServer((_, response) => write(response));

  it("that is not the expected one is refused before anything is written", async () => {
    const server = await gives((response) => response.writeHead(200, { "content-length": 11 }).end("hello world"));
    const part = await newPart();
    const { failure, size } = await tryOnce(server.url, part, 10);
    expect(failure).toMatchObject({ reason: "the server has a file of 11 bytes, this one has 10" });
    expect(failure!.facts.passing).toBeUndefined();
    expect(size).toBe(0);
  });

  it("beyond 2 GiB is refused where none is known beforehand", async () => {
    const server = await gives((response) => response.writeHead(200, { "content-length": 2 ** 31 + 1 }).write("x"));
    const { failure, size } = await tryOnce(server.url, await newPart());
    expect(failure?.reason).toContain("more than the 2147483648 that are allowed");
    expect(size).toBe(0);
  });

  it("need not be told: then it is watched while it grows", async () => {
    const server = await gives((response) => {
      response.write("hello ");
      response.end("world");
    });
    const part = await newPart();
    expect(await tryOnce(server.url, part, 11)).toMatchObject({ failure: undefined, size: 11 });
    const { failure, progress } = await tryOnce(server.url, await newPart());
    expect(failure).toBeUndefined();
    expect(progress.at(-1)).toEqual([11, 0]);
    const long = await tryOnce(server.url, await newPart(), 10);
    expect(long.failure?.reason).toBe("the server sends more than the 10 bytes that it should be");
    expect(long.size).toBeLessThanOrEqual(10);
    const short = await tryOnce(server.url, await newPart(), 12);
    expect(short.failure).toMatchObject({ reason: "only 11 of 12 bytes came", facts: { passing: true } });
  });

  it("of compressed content says nothing: that is refused", async () => {
    const server = await gives((response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x"));
    expect((await tryOnce(server.url, await newPart())).failure?.reason).toContain("compressed (gzip)");
  });
});

it.each([404, 500])("status %d is a failure, and what had come is kept", async (status) => {
  const server = await startServer((request, response, turn) => {
    if (turn === 0) sendFile(request, response, content, { cutAfter });
    else response.writeHead(status).end("sorry");
  });
  const part = await newPart();
  const first = await tryOnce(server.url, part);
  const { failure, size } = await tryOnce(server.url, part);
  expect(failure).toMatchObject({ facts: { status, passing: status === 500 } });
  expect(size).toBe(first.size);
  expect(size).toBeGreaterThan(1_000_000);
  expect(await part.origin()).toMatchObject({ validator: '"1"', total: 3_000_000 });
});
