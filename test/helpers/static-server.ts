// A small web server for pages under test: folders of files, and texts that a test puts beside them.
import { type FileHandle, open } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve, sep } from "node:path";

export interface StaticOptions {
  /** Folder per beginning of the path: `{ "/": "dist", "/photos/": "examples/data" }`. The longest that fits counts. */
  readonly roots?: Readonly<Record<string, string>>;
  /** Whether pages are cross-origin isolated, which SharedArrayBuffer and so threads in WASM need; default true. */
  readonly isolated?: boolean;
  /** More headers, on every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StaticServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Serves `body` at `path`, which begins with a slash; its type follows from the path. Returns the whole address. */
  publish(path: string, body: string | Uint8Array): string;
  /** What was asked for since it was started, in order. */
  readonly requests: readonly { readonly path: string; readonly status: number }[];
  close(): Promise<void>;
}

const emptyPage = '<!doctype html><meta charset="utf-8"><title>regraft</title><link rel="icon" href="data:,">';

/** On 127.0.0.1, at any free port. "/" is an empty page unless a root or a published text gives another. */
export async function serveStatic({
  roots = {},
  isolated = true,
  headers = {},
}: StaticOptions = {}): Promise<StaticServer> {
  const published = new Map<string, string | Uint8Array>([["/", emptyPage]]);
  const requests: { path: string; status: number }[] = [];
  const server = createServer(async ({ url = "/" }, response) => {
    const path = pathOf(url);
    const type = types[extname(path)] ?? (path.endsWith("/") ? types[".html"]! : "application/octet-stream");
    response.setHeaders(
      new Map(Object.entries({ ...(isolated && isolation), "cache-control": "no-store", ...headers })),
    );
    const file = await openFile(roots, path);
    const body = published.get(path);
    requests.push({ path, status: file || body !== undefined ? 200 : 404 });
    if (file) send(file, response.writeHead(200, { "content-type": type }));
    else if (body !== undefined) response.writeHead(200, { "content-type": type }).end(body);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    publish: (path, body) => {
      published.set(path, body);
      return url + path;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "cross-origin",
};

// Scripts and WASM are refused by browsers when their type is wrong.
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
};

function pathOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return "";
  }
}

/** The file at `path`, "index.html" in a folder; undefined where there is none, or where it lies outside its root. */
async function openFile(roots: Readonly<Record<string, string>>, path: string): Promise<FileHandle | undefined> {
  const fitting = Object.keys(roots).filter((prefix) => path.startsWith(prefix) && !path.includes("\0"));
  const prefix = fitting.sort((a, b) => b.length - a.length)[0];
  if (prefix === undefined) return undefined;
  const root = resolve(roots[prefix]!);
  const name = join(root, path.slice(prefix.length));
  if (name !== root && !name.startsWith(root + sep)) return undefined;
  const file = await open(path.endsWith("/") ? join(name, "index.html") : name).catch(() => undefined);
  if (file && (await file.stat()).isFile()) return file;
  await file?.close();
  return undefined;
}

function send(file: FileHandle, response: ServerResponse): void {
  const stream = file.createReadStream().on("error", () => response.destroy());
  // A page may be gone before it has read all.
  response.on("close", () => stream.destroy());
  stream.pipe(response);
}
