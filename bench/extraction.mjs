// Photos a second through decoding and the frozen network, the build's worker and all.
// Usage: npm run build && node bench/extraction.mjs [folder of class folders]
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { createLearner, imageFolder } from "regraft";

const folder = process.argv[2] ?? fileURLToPath(new URL("../examples/data/fashion-mini", import.meta.url));
const learner = await createLearner({ data: imageFolder(folder) });
const started = performance.now();
const { train, valid } = await learner.prepare();
const seconds = (performance.now() - started) / 1000;
await learner.dispose();
console.log(`${cpus()[0]?.model}, ${cpus().length} cores; ${folder}`);
console.log(`${train + valid} photos in ${seconds.toFixed(1)} s: ${Math.round((train + valid) / seconds)} photos/s`);
