// Builds the browser's part of dist/: the page's entry, the workers', and the chunks that they load when they need them.
// All is in them but ONNX Runtime, which is a package of its own. Every other package has chunks of its own too, as has the
// codec that is generated from ONNX's schema: what is left is our own code, whose size is printed, and must not grow.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

// Bytes, gzipped file by file: what is loaded before a head can be trained.
const budget = 80_000;

const root = fileURLToPath(new URL("../", import.meta.url));
const dist = `${root}dist`;
const entries = ["browser", "browser-worker", "browser-picture-worker"];
let places;
const isOurs = ({ name }) => !name.startsWith("package-");

const build = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  platform: "browser",
  preserveEntrySignatures: "allow-extension",
  external: /^onnxruntime-web/,
  transform: { target: "es2022" },
  plugins: [{ name: "addresses", generateBundle: withQuotedAddresses }],
});
mkdirSync(dist, { recursive: true });
for (const file of readdirSync(dist)) if (/^browser.*\.js(\.map)?$/.test(file)) rmSync(`${dist}/${file}`);
const { output } = await build.write({
  dir: dist,
  format: "es",
  minify: true,
  // Those that tell other bundlers what to leave alone.
  comments: { annotation: true, jsdoc: false, legal: true },
  sourcemap: true,
  chunkFileNames: "browser-[name].js",
  codeSplitting: {
    groups: [
      { debugName: "packages", name: packageOf, priority: 3 },
      { debugName: "pictures", name: pictureOf, priority: 2, includeDependenciesRecursively: false },
      { debugName: "first", name: placeOf, priority: 1 },
    ],
  },
});

const chunks = new Map(output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]));
const loadedWith = (name, found = new Set()) => {
  const chunk = chunks.get(name);
  if (!chunk || found.has(chunk)) return found;
  found.add(chunk);
  for (const next of chunk.imports) loadedWith(next, found);
  return found;
};
const weigh = (some) => [...some].filter(isOurs).reduce((sum, { code }) => sum + gzipSync(code).length, 0);
const [page, worker] = entries.map((name) => loadedWith(`${name}.js`));
const [first, all] = [weigh(new Set([...page, ...worker])), weigh(chunks.values())];
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(
  `Our code in a browser, gzipped: ${kilobytes(first)} to train a head (${kilobytes(weigh(page))} of it on the page; ` +
    `at most ${kilobytes(budget)}), ${kilobytes(all)} with all that is loaded when it is asked for.`,
);
if (first > budget) process.exitCode = 1;

/** Other bundlers, and what scans modules, look for addresses in quotes; the minifier writes all text in backticks. */
function withQuotedAddresses(_, bundle) {
  for (const chunk of Object.values(bundle))
    if (chunk.type === "chunk") chunk.code = chunk.code.replace(/\b(import|URL)\(`([^`$\\]*)`/g, '$1("$2"');
}

/** Somebody else's code, by the package it is from. */
function packageOf(id) {
  if (/generated/.test(id)) return "package-codec";
  const name = /.*[\\/]node_modules[\\/]@?([\w.-]+)/.exec(id)?.[1];
  return name ? `package-${name}` : null;
}

/**
 * Of what is loaded first, where it belongs: left alone, a bundler cuts it into crumbs, by what is loaded later. What the worker
 * may load one day is not the page's alone: the worker would load all of the page with it, which Vite, where it makes one script
 * of a worker, does not get done.
 */
function placeOf(id, graph) {
  const { page, worker, workerLater } = placesIn(graph);
  // By another address than that of its file (`?v=2`), an entry that chunks import would be loaded twice.
  if (graph.getModuleInfo(id).isEntry) return null;
  if (page.has(id)) return workerLater.has(id) ? "both" : "page";
  return worker.has(id) ? "engine" : null;
}

/** Of what the learner's worker loads first, what those for pictures load too: they need nothing else of the engine. */
function pictureOf(id, graph) {
  const { page, worker, pictures } = placesIn(graph);
  return pictures.has(id) && worker.has(id) && !page.has(id) ? "pictures" : null;
}

function placesIn(graph) {
  places ??= {
    page: importedBy(addressOf("browser"), graph),
    worker: importedBy(addressOf("browser-worker"), graph),
    workerLater: importedBy(addressOf("browser-worker"), graph, ["importedIds", "dynamicallyImportedIds"]),
    pictures: importedBy(addressOf("browser-picture-worker"), graph),
  };
  return places;
}

function addressOf(entry) {
  return `${root}src/${entry}.ts`;
}

function importedBy(id, graph, ways = ["importedIds"], found = new Set()) {
  if (found.has(id)) return found;
  found.add(id);
  const module = graph.getModuleInfo(id);
  for (const way of ways) for (const next of module?.[way] ?? []) importedBy(next, graph, ways, found);
  return found;
}
