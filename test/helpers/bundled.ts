// A source file of ours as a browser gets it: bundled by Vite with all it imports.
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Bundle {
  /** Name of the file that exports what the source exports. */
  readonly entry: string;
  /** Content by name: the entry, its chunks, its workers, and what it names by `new URL("…", import.meta.url)`. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

/** @param source path from the repository's root, as "src/datasets/browser.ts". */
export async function bundled(source: string): Promise<Bundle> {
  const result = await build({
    root,
    configFile: false,
    logLevel: "warn",
    // Addresses relative to the file that names them, wherever it is served.
    base: "./",
    publicDir: false,
    worker: { format: "es" },
    build: {
      write: false,
      target: "es2022",
      minify: false,
      modulePreload: false,
      assetsInlineLimit: 0,
      assetsDir: ".",
      rolldownOptions: { input: root + source, preserveEntrySignatures: "strict" },
    },
  });
  const { output } = (Array.isArray(result) ? result[0]! : result) as Rolldown.RolldownOutput;
  const files = output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source] as const);
  return { entry: output[0].fileName, files: new Map(files) };
}
