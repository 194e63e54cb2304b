// Bundles for Node (the library, ESM and CJS, types for both; the worker; the command line) and for browsers (the page's
// part, the worker's; all they need is in them, but for ONNX Runtime, which lies beside them in a package of its own).
import { defineConfig } from "tsup";

const shared = { target: "node20", platform: "node", sourcemap: true, splitting: false } as const;

export default defineConfig([
  // `shims` gives the CJS copy an `import.meta.url` to find the worker and `models/` by.
  { ...shared, entry: { node: "src/node.ts" }, format: ["esm", "cjs"], dts: true, shims: true },
  { ...shared, entry: { "node-worker": "src/node-worker.ts", cli: "src/cli/main.ts" }, format: ["esm"] },
  {
    entry: { browser: "src/browser.ts", "browser-worker": "src/browser-worker.ts" },
    format: ["esm"],
    platform: "browser",
    target: "es2022",
    splitting: true,
    minify: true,
    sourcemap: true,
    noExternal: [/^(?!onnxruntime-web)/],
    metafile: true,
  },
]);
