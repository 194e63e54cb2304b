// The rules of the source tree: which module may import which, where foreign packages may stand, that each file has its
// test, and that none grows too long.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

/** What a platform loads, and what it starts. */
const platforms = [
  "node.ts",
  "node-worker.ts",
  "node-picture-worker.ts",
  "browser.ts",
  "browser-worker.ts",
  "browser-picture-worker.ts",
];

/** Modules from the ground up. One imports what stands in rows above its own, and itself; never a neighbour. */
const rows: readonly (readonly string[])[] = [
  ["errors.ts", "tensor.ts", "random.ts", "version.ts"],
  ["arguments.ts"],
  ["onnx/", "runtime/", "datasets/", "lr-range/"],
  ["heads/", "optimizers/", "models/"],
  ["training-graph/"],
  ["learner/"],
  ["exports.ts"],
  [...platforms, "cli/"],
];

/** What may be imported where, of all that is not in this package's sources. */
const foreign: readonly { readonly name: RegExp; readonly where: RegExp }[] = [
  { name: /^protobufjs/, where: /^onnx\/(proto\.ts|generated\/)/ },
  // ort-session.ts has its types alone, which onnxruntime-web has too.
  { name: /^onnxruntime-node$/, where: /^runtime\/(node|ort-session)\.ts$/ },
  { name: /^onnxruntime-web/, where: /^runtime\/web\.ts$/ },
  { name: /^fflate$/, where: /^learner\/export\/zip\.ts$/ },
  { name: /^undici$/, where: /^learner\/node\/downloads\/download-http\.ts$/ },
  { name: /^sharp$/, where: /^datasets\/node\.ts$/ },
  { name: /^papaparse$/, where: /^datasets\/csv\.ts$/ },
  { name: /^echarts/, where: /^lr-range\/plot[a-z-]*\.ts$/ },
  { name: /^pure-rand/, where: /^random\.ts$/ },
  { name: /^(commander|cli-progress)$/, where: /^cli\// },
  { name: /^node:/, where: /(^|\/)node\.ts$|^learner\/node\/|^node-(picture-)?worker\.ts$|^cli\// },
];

/** Entries, which only start what is tested on its own; the acceptance tests run them as they are built. */
const entries = new Set(["exports.ts", ...platforms, "cli/main.ts"]);

interface Source {
  /** Below `src/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: readonly Source[] = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts") && !path.startsWith("onnx/generated/"))
  .map((path) => {
    const text = readFileSync(`${root}src/${path}`, "utf8");
    return { path, text, imports: ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName) };
  });

const moduleOf = (path: string): string | undefined =>
  rows.flat().find((module) => (module.endsWith("/") ? path.startsWith(module) : path === module));

const rowOf = (module: string | undefined): number =>
  rows.findIndex((row) => module !== undefined && row.includes(module));

/** The path below `src/` that a relative import names. */
const resolved = (from: string, specifier: string): string =>
  new URL(specifier, `file:///${from}`).pathname.slice(1).replace(/\.js$/, ".ts");

const isRelative = (specifier: string): boolean => specifier.startsWith(".");

describe.each(sources.map((source) => [source.path, source] as const))("src/%s", (path, { text, imports }) => {
  const module = moduleOf(path);

  it("belongs to a module and imports only from rows above it", () => {
    expect(module, "a row for it").toBeDefined();
    const wrong = imports.filter(isRelative).filter((specifier) => {
      const target = moduleOf(resolved(path, specifier));
      return target !== module && !(rowOf(target) < rowOf(module) && target !== undefined);
    });
    expect(wrong).toEqual([]);
  });

  it("leaves foreign packages to the files that are there for them", () => {
    const wrong = imports
      .filter((specifier) => !isRelative(specifier))
      .filter((specifier) => !foreign.some(({ name, where }) => name.test(specifier) && where.test(path)));
    expect(wrong).toEqual([]);
  });

  it("has at most 200 lines and says first what it is", () => {
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(200);
    expect(text).toMatch(/^(#!.*\n)?\/\/ [A-Z]/i);
  });

  it("has a test, unless it is types only or an entry, which the acceptance tests run", () => {
    const tested = existsSync(`${root}test/${path.replace(/\.ts$/, ".test.ts")}`);
    expect(tested || entries.has(path) || isTypesOnly(text)).toBe(true);
  });
});

it("has no test without its source", () => {
  const tested = rows
    .flat()
    .filter((module) => module.endsWith("/") && existsSync(`${root}test/${module}`))
    .flatMap((module) =>
      readdirSync(`${root}test/${module}`, { recursive: true, encoding: "utf8" }).map((path) => `${module}${path}`),
    )
    .filter((path) => path.endsWith(".test.ts"));
  // One aspect of a file may have a test of its own: `suggest-training.test.ts` beside `suggest.test.ts`.
  const stems = sources.map(({ path }) => path.replace(/\.ts$/, ""));
  const hasSource = (path: string): boolean =>
    stems.some((stem) => path.startsWith(stem) && /^(-[a-z-]+)?\.test\.ts$/.test(path.slice(stem.length)));
  expect(tested.filter((path) => !hasSource(path))).toEqual([]);
});

/** Whether nothing is left of a file once its types are gone. */
function isTypesOnly(text: string): boolean {
  const compilerOptions = { module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true, removeComments: true };
  return ts.transpileModule(text, { compilerOptions }).outputText.trim() === "export {};";
}
