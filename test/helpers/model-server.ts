// A real HTTP server that gives files as hubs do, or as a test wants it, and remembers what it was asked for.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { RegraftError } from "../../src/errors.js";
import type { Downloads } from "../../src/learner/engine/platform.js";

/** @param turn how many requests came before. */
export type Answer = (request: IncomingMessage, response: ServerResponse, turn: number) => void;

export interface ModelServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** The `range` header of every request. */
  ranges(): (string | undefined)[];
  close(): Promise<void>;
}

/** Closed with the test file, if not before. */
export async function startServer(answer: Answer): Promise<ModelServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length - 1);
  });
  const close = await listen(server);
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    ranges: () => requests.map(({ headers }) => headers.range),
    close,
  };
}

/** On any free port; returns how to close it. */
export async function listen(server: Server): Promise<() => Promise<void>> {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  afterAll(close);
  return close;
}

export interface FileOptions {
  readonly etag?: string;
  /** Whether ranges are given. */
  readonly ranges?: boolean;
  /** Cut the connection after so many bytes. */
  readonly cutAfter?: number;
}

/** Gives a file, or the range of it that is asked for. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  { etag = '"1"', ranges = true, cutAfter }: FileOptions = {},
): void {
  const [, from] = (ranges && /^bytes=(\d+)-$/.exec(request.headers.range ?? "")) || [];
  const same = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
  const start = from !== undefined && same ? Number(from) : 0;
  if (start >= bytes.length && start > 0) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  const range = { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": bytes.length - start,
    ...(etag && { etag }),
    ...(start > 0 && range),
  });
  if (cutAfter === undefined) response.end(bytes.subarray(start));
  else response.write(bytes.subarray(start, start + cutAfter), () => response.destroy());
}

/** Files by path; 404 for all others. */
export const filesAt =
  (files: Readonly<Record<string, Uint8Array | string>>): Answer =>
  (request, response) => {
    const content = Object.hasOwn(files, request.url!) ? files[request.url!] : undefined;
    if (content === undefined) response.writeHead(404).end();
    else sendFile(request, response, Buffer.from(content));
  };

/** As many bytes as wanted, each block different. */
export const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i ^ (i >>> 11), 2654435761) >>> 24) & 255);

/** For platforms without a network. */
export const noDownloads: Downloads = {
  get: async ({ url }) => {
    throw new RegraftError("download-failed", { url, reason: "there is no network" }, `Cannot download ${url}.`);
  },
  find: async () => undefined,
  has: async () => false,
  forget: async () => {},
};
