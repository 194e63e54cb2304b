import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { httpGet } from "../../../../src/learner/browser/downloads/fetch-http.js";
import { Failure } from "../../../../src/learner/engine/downloads/download-failure.js";
import { noise, sendFile, startServer } from "../../../helpers/model-server.js";

const content = noise(10_000);
const unaborted = new AbortController().signal;

async function bytesOf(url: string, { signal = unaborted, stallTimeout = 1000, pause = 0 } = {}): Promise<Buffer> {
  return httpGet(url, { signal, stallTimeout }, async ({ body }) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      chunks.push(chunk);
      if (pause) await setTimeout(pause);
    }
    return Buffer.concat(chunks);
  });
}

const failureOf = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => expect.fail("it succeeded"),
    (error) => (error instanceof Failure ? error : expect.fail(String(error))),
  );

describe("httpGet", () => {
  it("gives status, headers and body", async () => {
    const server = await startServer((request, response) => sendFile(request, response, content));
    const answer = await httpGet(server.url, { signal: unaborted, stallTimeout: 1000 }, async (answer) => answer);
    expect([answer.status, answer.headers.get("content-length")]).toEqual([200, "10000"]);
    expect((await bytesOf(server.url)).equals(content)).toBe(true);
    expect(server.requests[0]!.headers["cache-control"]).toMatch(/no-cache|max-age=0/);
  });

  it("tells a server that is not there from a connection that is cut", async () => {
    const gone = await failureOf(bytesOf("http://localhost:1/"));
    expect(gone).toMatchObject({ reason: expect.stringContaining("got no answer"), facts: { passing: true } });
    const server = await startServer((request, response) => sendFile(request, response, content, { cutAfter: 4000 }));
    const cut = await failureOf(bytesOf(server.url));
    expect(cut).toMatchObject({ reason: "the connection was cut after 4000 bytes", facts: { passing: true } });
  });

  it("gives up a server that is silent before or within its answer, not one that is slow", async () => {
    const silent = await startServer(() => {});
    expect((await failureOf(bytesOf(silent.url, { stallTimeout: 100 }))).reason).toContain("nothing came");
    const stalled = await startServer((_, response) => void response.writeHead(200).write("begun"));
    const begun = performance.now();
    expect((await failureOf(bytesOf(stalled.url, { stallTimeout: 100 }))).reason).toContain("for 0.1 s");
    expect(performance.now() - begun).toBeLessThan(500);
    const slow = await startServer(async (_, response) => {
      for (let i = 0; i < 5; i++) {
        response.write("slow");
        await setTimeout(60);
      }
      response.end();
    });
    expect((await bytesOf(slow.url, { stallTimeout: 120 })).toString()).toBe("slow".repeat(5));
  });

  it("does not take the caller's time for silence", async () => {
    const server = await startServer((request, response) => sendFile(request, response, content));
    expect(await bytesOf(server.url, { stallTimeout: 50, pause: 150 })).toHaveLength(10_000);
  });

  it("stops at once when it is aborted, and closes the connection", async () => {
    let closed = 0;
    const server = await startServer((_, response) => {
      response.on("close", () => closed++);
      response.writeHead(200).write("begun");
    });
    const controller = new AbortController();
    const work = bytesOf(server.url, { signal: controller.signal });
    await setTimeout(50);
    controller.abort(new Error("enough"));
    const begun = performance.now();
    await expect(work).rejects.toThrow("enough");
    expect(performance.now() - begun).toBeLessThan(200);
    await expect(bytesOf(server.url, { signal: controller.signal })).rejects.toThrow("enough");
    // A user who is satisfied early is one who aborts.
    await httpGet(server.url, { signal: unaborted, stallTimeout: 1000 }, async () => {});
    await setTimeout(100);
    expect([closed, server.requests.length]).toEqual([2, 2]);
  });
});
