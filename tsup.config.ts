// Bundles for Node: the library (ESM and CJS, types for both, which are the browser's as well), the workers, the command
// line. The browser's files are built by scripts/build-browser.mjs.
import { defineConfig } from "tsup";

const shared = { target: "node20", platform: "node", sourcemap: true, splitting: false } as const;

// `Symbol.asyncDispose`: the types of Node know it, those of browsers do not yet.
const banner = '/// <reference lib="esnext.disposable" />';

export default defineConfig([
  // `shims` gives the CJS copy an `import.meta.url` to find the worker and `models/` by.
  { ...shared, entry: { node: "src/node.ts" }, format: ["esm", "cjs"], dts: { banner }, shims: true },
  {
    ...shared,
    entry: {
      "node-worker": "src/node-worker.ts",
      "node-picture-worker": "src/node-picture-worker.ts",
      cli: "src/cli/main.ts",
    },
    format: ["esm"],
  },
]);
