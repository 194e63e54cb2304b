// What is shipped for browsers, read: it asks for nothing that they do not have.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const files = readdirSync(dist)
  .filter((name) => /^browser.*\.js$/.test(name))
  .map((name) => ({ name, ...contentOf(name) }));

it("imports its own files, and ONNX Runtime's two builds", () => {
  const imported = new Set(files.flatMap(({ imports }) => imports));
  const own = new Set(files.map(({ name }) => `./${name}`));
  const foreign = [...imported].filter((name) => !own.has(name));
  expect(foreign.sort()).toEqual(["onnxruntime-web/wasm", "onnxruntime-web/webgpu"]);
  const entries = [...own].filter((name) => !imported.has(name));
  expect(entries.sort()).toEqual(["./browser-picture-worker.js", "./browser-worker.js", "./browser.js"]);
});

it("uses neither what Node has nor what makes code of text", () => {
  const forbidden = new Set(["require", "module", "process", "Buffer", "__dirname", "__filename", "eval", "Function"]);
  const found = files.flatMap(({ name, used }) => {
    const words = [...used].filter((word) => forbidden.has(word));
    return words.length > 0 ? [[name, ...words.sort()]] : [];
  });
  expect(found).toEqual([
    // Each behind a `typeof`: a Buffer where there is one; `Function` where there is no JSON.parse.
    ["browser-package-echarts.js", "Buffer", "Function"],
  ]);
});

/** What it imports, statically or not, and the identifiers in it that are no names of members, nor asked for by `typeof`. */
function contentOf(name: string): { readonly imports: readonly string[]; readonly used: ReadonlySet<string> } {
  const source = ts.createSourceFile(name, readFileSync(dist + name, "utf8"), ts.ScriptTarget.ES2022, true);
  const imports: string[] = [];
  const used = new Set<string>();
  // Not by recursion: minified expressions are nested deep.
  const nodes: ts.Node[] = [source];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    const specifier = importedBy(node);
    if (specifier) imports.push(ts.isStringLiteral(specifier) ? specifier.text : specifier.getText());
    if (ts.isIdentifier(node) && !isMember(node) && !ts.isTypeOfExpression(node.parent)) used.add(node.text);
    ts.forEachChild(node, (child) => void nodes.push(child));
  }
  return { imports, used };
}

function importedBy(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const [argument] = isCall ? node.arguments : [];
  // The one computed address is that of ONNX Runtime's file, where there is no package of this name.
  return argument && ts.isIdentifier(argument) ? undefined : argument;
}

function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;
}
