// Serves the page in this folder, which trains an image classifier on photos in the browser. From the repository:
//
//   npm run example:browser                   http://127.0.0.1:8321
//   npm run example:browser -- --port 9000    another port; 0 is any free one
//
// Only this machine reaches it. The page needs what any page with regraft needs: the package's dist/ and models/, and
// onnxruntime-web's dist/ beside it, as npm lays them into node_modules/. Of the headers, the two for isolation give
// WebAssembly its threads, and the content security policy keeps the page, and all it loads, from talking to anybody else.
import { createReadStream } from "node:fs";
import { access, readdir, realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** What is served, by how its address begins; the first that fits counts. */
const roots = [
  ["/node_modules/regraft/dist/", "dist"],
  ["/node_modules/regraft/models/", "models"],
  ["/node_modules/onnxruntime-web/dist/", "node_modules/onnxruntime-web/dist"],
  ["/photos/", "examples/data/fashion-mini"],
  ["/", "examples/browser"],
];

const headers = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob:; object-src 'none'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
};

/** Browsers refuse scripts and WebAssembly of another type. */
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** For those without photos: a few of the repository's own, and one of each class that is not among them. */
const exampleClasses = ["bag", "dress", "sneaker", "trouser"];
const examplesPerClass = 15;

async function examples() {
  const pathsIn = async (folder) =>
    (await readdir(join(repository, "examples/data/fashion-mini", folder)))
      .sort()
      .map((name) => `photos/${folder}/${name}`);
  return Promise.all(
    exampleClasses.map(async (label) => ({
      label,
      photos: (await pathsIn(`train/${label}`)).slice(0, examplesPerClass),
      unseen: (await pathsIn(`valid/${label}`))[0],
    })),
  );
}

/** The file at an address, links followed; undefined where there is none, or where it lies outside its root. */
async function fileAt(path) {
  const [prefix, folder] = roots.find(([prefix]) => path.startsWith(prefix));
  try {
    const root = await realpath(join(repository, folder));
    const file = await realpath(join(root, path === "/" ? "index.html" : path.slice(prefix.length)));
    if (!file.startsWith(root + sep)) return undefined;
    const about = await stat(file);
    return about.isFile() ? { file, size: about.size } : undefined;
  } catch {
    return undefined;
  }
}

function pathOf(url) {
  try {
    return decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return "/\0";
  }
}

async function answer({ method, url }, response) {
  response.setHeaders(new Map(Object.entries(headers)));
  if (method !== "GET" && method !== "HEAD") return response.writeHead(405, { allow: "GET, HEAD" }).end();
  const path = pathOf(url);
  if (path === "/examples.json") {
    return response.writeHead(200, { "content-type": types[".json"] }).end(JSON.stringify(await examples()));
  }
  const found = await fileAt(path);
  if (!found) return response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here.\n");
  const { file, size } = found;
  const type = types[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type, "content-length": size });
  if (method === "HEAD") return response.end();
  // A browser that goes away in the middle is no failure.
  await pipeline(createReadStream(file), response).catch(() => {});
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

function portOf() {
  const { port } = parseArgs({ options: { port: { type: "string", default: "8321" } } }).values;
  if (/^\d{1,5}$/.test(port) && Number(port) < 65536) return Number(port);
  throw new Error(`--port takes a number from 0 to 65535, not ${JSON.stringify(port)}.`);
}

async function main() {
  const port = portOf();
  await access(join(repository, "dist/browser.js")).catch(() => {
    throw new Error("regraft is not built yet. Start this with `npm run example:browser`, which builds it first.");
  });
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  server.on("error", (error) => {
    if (error.code !== "EADDRINUSE") throw error;
    fail(`Port ${port} is taken by another program. Take another: npm run example:browser -- --port ${port + 1}`);
  });
  server.listen(port, "127.0.0.1", () => {
    console.log(`Open http://127.0.0.1:${server.address().port} in a browser. Ctrl-C ends the server.`);
  });
}

await main().catch(({ message }) => fail(message));
