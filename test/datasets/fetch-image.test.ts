import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { fetchBytes, fetchImage } from "../../src/datasets/fetch-image.js";
import { startServer } from "../helpers/model-server.js";

const bounds = { maxPixels: 100 };
const most = 800 + 2 ** 26;

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const { url } = await startServer((_, response) => answer(response));
  return `${url}/a b.jpg`;
}

const reasonOf = async (url: string, options = {}): Promise<string> => {
  const error = await fetchImage(url, bounds, options).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: "unreadable-image", details: { image: url } });
  return (error as Error).message;
};

describe("fetchImage", () => {
  it("gives the bytes, of any type that servers call them", async () => {
    for (const type of ["image/jpeg", "application/octet-stream", "text/plain"]) {
      const url = await serve((response) => response.writeHead(200, { "content-type": type }).end("photo"));
      expect(Buffer.from(await fetchImage(url, bounds)).toString()).toBe("photo");
    }
    const empty = await serve((response) => response.writeHead(200).end());
    expect((await fetchImage(empty, bounds)).length).toBe(0);
    expect(Buffer.from(await fetchImage("data:,photo", bounds)).toString()).toBe("photo");
  });

  it("says what the server answers", async () => {
    const url = await serve((response) => response.writeHead(404).end("no"));
    expect(await reasonOf(url)).toBe(`Cannot read ${url}: the server answers with status 404; check the address.`);
    const page = await serve((response) =>
      response.setHeader("content-type", "text/html; charset=utf-8").end("<html>"),
    );
    expect(await reasonOf(page)).toContain("the server gives a web page instead of it; check the address");
  });

  it("says what to check when there is no answer", async () => {
    const { url, close } = await startServer(() => undefined);
    await close();
    expect(await reasonOf(url)).toMatch(
      /cannot be fetched \(.+\); check the address .* \(CORS, the header Access-Control/,
    );
    expect(await reasonOf("photos/a.jpg")).toContain("cannot be fetched");
  });

  it("says when the connection breaks off", async () => {
    const url = await serve((response) => {
      response.writeHead(200, { "content-length": 100 }).write("photo");
      setTimeout(() => response.destroy(), 50);
    });
    expect(await reasonOf(url)).toContain("the connection broke off after 5 bytes; try again");
  });

  it("gives up a server that falls silent, before its answer or within it", async () => {
    const silent = await serve(() => undefined);
    expect(await reasonOf(silent, { stallTimeout: 100 })).toContain(
      "has sent nothing for 0.1 seconds; try again later",
    );
    const stuck = await serve((response) => response.writeHead(200).write("photo"));
    expect(await reasonOf(stuck, { stallTimeout: 100 })).toContain("has sent nothing for 0.1 seconds");
  });

  it("waits for a server that is slow but sends", async () => {
    const url = await serve(async (response) => {
      response.writeHead(200);
      for (const letter of "photo") {
        response.write(letter);
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      response.end();
    });
    expect((await fetchImage(url, bounds, { stallTimeout: 200 })).length).toBe(5);
  });

  it("fetches no more than a photo can need, whether the server says its length or not", async () => {
    const announced = await serve((response) => response.writeHead(200, { "content-length": most + 1 }).flushHeaders());
    expect(await reasonOf(announced)).toContain(`it has ${most + 1} bytes, more than a photo of 100 pixels`);
    let sent = 0;
    const endless = await serve(async (response) => {
      const piece = Buffer.alloc(2 ** 20);
      response.writeHead(200);
      for (; !response.destroyed; sent += piece.length) await new Promise((done) => response.write(piece, done));
    });
    expect(await reasonOf(endless)).toMatch(/it has \d+ bytes, more than a photo of 100 pixels/);
    expect(sent).toBeLessThan(most + 2 ** 26);
  });
});

describe("fetchBytes", () => {
  it("gives what is no image, up to a length, and calls it a file", async () => {
    const url = await serve((response) => response.end("a.jpg,cat"));
    expect(Buffer.from(await fetchBytes(url, 9)).toString()).toBe("a.jpg,cat");
    await expect(fetchBytes(url, 8)).rejects.toMatchObject({
      code: "file-access",
      details: { path: url, operation: "read" },
      message: `Cannot read ${url}: it has 9 bytes, more than the 8 that are read.`,
    });
    const missing = await serve((response) => response.writeHead(404).end());
    await expect(fetchBytes(missing, 8)).rejects.toThrow("the server answers with status 404; check the address.");
  });
});
