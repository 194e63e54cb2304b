// The package as npm would publish it, installed in a project of its own.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./temporary.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));

export interface PackedProject {
  readonly folder: string;
  /** Where the package is. */
  readonly installed: string;
  /** Runs a command in the project; gives what it prints. */
  run(command: string, ...args: string[]): string;
  /** Installs one of the repository's packages. */
  install(name: string): void;
}

/** @param dependencies whether to install the package's own. */
export function packedProject({ dependencies }: { readonly dependencies: boolean }): PackedProject {
  const folder = temporaryFolder();
  const installed = join(folder, "node_modules/regraft");
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  /** As npm would: copies of the runtimes, so that they are others than the repository's; links will do for the rest. */
  const install = (name: string): void => {
    const [from, to] = [join(repository, "node_modules", name), join(folder, "node_modules", name)];
    const parts = copied[name];
    if (!parts) symlinkSync(from, to, "junction");
    else for (const part of parts) cpSync(join(from, part), join(to, part), { recursive: true });
  };

  // Scripts off: what is packed is the build that the other tests have seen.
  const options = ["--ignore-scripts", "--json", "--pack-destination", folder, repository];
  const [{ filename }] = JSON.parse(run("npm", "pack", ...options));
  mkdirSync(installed, { recursive: true });
  run("tar", "-xzf", join(folder, filename), "-C", installed, "--strip-components", "1");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  if (dependencies) for (const name of Object.keys(manifest.dependencies)) install(name);
  return { folder, installed, run, install };
}

const copied: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-node": ["package.json", "dist", `bin/napi-v6/${process.platform}/${process.arch}`],
  "onnxruntime-web": [
    "package.json",
    "types.d.ts",
    ...["wasm", "webgpu"].flatMap((build) => ["", ".map"].map((ending) => `dist/ort.${build}.bundle.min.mjs${ending}`)),
    ...["wasm", "asyncify.wasm"].map((ending) => `dist/ort-wasm-simd-threaded.${ending}`),
  ],
};
