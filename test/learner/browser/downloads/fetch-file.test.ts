import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { defaultFetchSettings, fetchFile } from "../../../../src/learner/browser/downloads/fetch-file.js";
import { Failure } from "../../../../src/learner/engine/downloads/download-failure.js";
import { type Answer, noise, sendFile, startServer } from "../../../helpers/model-server.js";

const content = noise(1_000_000);
const settings = { stallTimeout: 300, attempts: 3, pause: 1 };

/** What comes, or the failure; with the progress told and the number of requests. */
async function fetched(answer: Answer, bytes?: number, signal = new AbortController().signal) {
  const server = await startServer(answer);
  const progress: (readonly number[])[] = [];
  const onProgress = (done: number, total: number) => progress.push([done, total]);
  const file = { url: server.url, ...(bytes !== undefined && { bytes }) };
  const outcome = await fetchFile(file, { signal, onProgress }, settings).catch((error: Failure) => error);
  const failure = outcome instanceof Failure ? outcome : undefined;
  return { outcome, failure, progress, requests: server.requests.length };
}

const isWhole = (outcome: unknown) => outcome instanceof Uint8Array && Buffer.from(outcome).equals(content);

describe("fetchFile", () => {
  it("waits for 30 s, and tries four times", () => {
    expect(defaultFetchSettings).toEqual({ stallTimeout: 30_000, attempts: 4, pause: 400 });
  });

  it("brings a file, and tells how far it is", async () => {
    const { outcome, progress } = await fetched((request, response) => sendFile(request, response, content));
    expect(isWhole(outcome)).toBe(true);
    expect([progress[0], progress.at(-1)]).toEqual([
      [0, 1_000_000],
      [1_000_000, 1_000_000],
    ]);
    expect(progress.length).toBeLessThan(20);
  });

  it("tells no total where none is known: nothing stated, or the size of what is compressed", async () => {
    const chunked = await fetched((_, response) => void response.writeHead(200).end(content));
    expect([isWhole(chunked.outcome), chunked.progress[0]]).toEqual([true, [0, 0]]);
    const zipped = gzipSync(content);
    const headers = { "content-encoding": "gzip", "content-length": zipped.length };
    const compressed = await fetched((_, response) => void response.writeHead(200, headers).end(zipped));
    expect([isWhole(compressed.outcome), compressed.progress[0]]).toEqual([true, [0, 0]]);
    const known = await fetched((_, response) => void response.writeHead(200, headers).end(zipped), content.length);
    expect(known.progress.at(-1)).toEqual([1_000_000, 1_000_000]);
  });

  it("gets over errors, pauses that are asked for, and cut connections", async () => {
    const { outcome, requests } = await fetched((request, response, turn) => {
      if (turn === 0) response.writeHead(500).end();
      else if (turn === 1) sendFile(request, response, content, { cutAfter: 500_000 });
      else sendFile(request, response, content);
    }, content.length);
    expect([isWhole(outcome), requests]).toEqual([true, 3]);
    const begun = performance.now();
    const busy = await fetched((request, response, turn) => {
      if (turn === 0) response.writeHead(429, { "retry-after": "1" }).end();
      else sendFile(request, response, content);
    });
    expect([isWhole(busy.outcome), busy.requests]).toEqual([true, 2]);
    expect(performance.now() - begun).toBeGreaterThan(990);
  });

  it("gives up in the end, saying what the last try met", async () => {
    const { failure, requests } = await fetched((_, response) => response.writeHead(503).end());
    expect([failure?.reason, requests]).toEqual(["the server answers 503", 3]);
    const cut = await fetched((request, response) => sendFile(request, response, content, { cutAfter: 100 }));
    expect([cut.failure?.reason, cut.requests]).toEqual(["the connection was cut after 100 bytes", 3]);
    const stalled = await fetched((_, response) => void response.writeHead(200).write("begun"));
    expect([stalled.failure?.reason, stalled.requests]).toEqual(["nothing came from the server for 0.3 s", 3]);
  });

  it.each([401, 403, 404, 410, 204])("does not try again after a %d", async (status) => {
    const { failure, requests } = await fetched((_, response) => response.writeHead(status).end());
    expect([failure?.facts.status, requests]).toEqual([status, 1]);
    if (status === 401 || status === 403) expect(failure?.facts.remedy).toContain("a page sends no token");
  });

  it("takes no more than the file's size, nor less", async () => {
    const endless: Answer = async (_, response) => {
      response.writeHead(200);
      while (!response.destroyed) {
        response.write(content.subarray(0, 100_000));
        await setTimeout(1);
      }
    };
    const long = await fetched(endless, 300_000);
    expect([long.failure?.reason, long.requests]).toEqual([
      "the server sends more than the 300000 bytes that it should be",
      1,
    ]);
    const short = await fetched((request, response) => sendFile(request, response, content), 1_000_001);
    expect(short.failure?.reason).toBe("the server has a file of 1000000 bytes, this one has 1000001");
  });

  it("takes nothing that is too large to be one", async () => {
    const { failure, requests } = await fetched((_, response) => {
      response.writeHead(200, { "content-length": 2 ** 31 + 1 }).write("begun");
    });
    expect([failure?.reason, requests]).toEqual([
      "it has 2147483649 bytes, more than the 2147483648 that are allowed",
      1,
    ]);
  });

  it("knows a page in the file's place", async () => {
    const page: Answer = (_, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html>");
    };
    const { failure, requests } = await fetched(page, content.length);
    expect([failure?.reason, requests]).toEqual(["the server answers with a web page in the file's place", 1]);
  });

  it("stops between two tries when it is aborted", async () => {
    const controller = new AbortController();
    const answer: Answer = (_, response) => {
      response.writeHead(503, { "retry-after": "60" }).end();
      globalThis.setTimeout(() => controller.abort(new Error("enough")), 30);
    };
    const { outcome, requests } = await fetched(answer, undefined, controller.signal);
    expect([(outcome as Error).message, requests]).toEqual(["enough", 1]);
  });
});
