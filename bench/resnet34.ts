// The whole flow with ResNet34 at its real size and random weights: what it costs, beside PyTorch doing the same where
// Python has it. Usage: npm run build && npx tsx bench/resnet34.ts [folder of class folders]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLearner, imageFolder, loadClassifier } from "../test/helpers/build.js";
import { resnet34 } from "../test/helpers/resnet34.js";

const shared = fileURLToPath(new URL("../../shared/data/cats-vs-dogs", import.meta.url));
const photos = process.argv[2] ?? shared;
const folder = mkdtempSync(join(tmpdir(), "regraft-bench-"));

async function timed<R>(what: string, work: () => Promise<R>): Promise<R> {
  const started = performance.now();
  const result = await work();
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${what.padEnd(44)} ${((performance.now() - started) / 1000).toFixed(2).padStart(7)} s   ${megabytes} MB at most`,
  );
  return result;
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores; ${photos}`);
try {
  const file = join(folder, "resnet34.onnx");
  writeFileSync(file, resnet34({ seed: 1, style: "torchvision", batchNorm: true }));
  const out = join(folder, "export");
  const learner = await timed("regraft: open (import, cut, check)", () =>
    createLearner({ model: file, data: imageFolder(photos) }),
  );
  const { train, valid } = await timed("regraft: features of all photos", () => learner.prepare());
  const { suggestion } = await timed("regraft: range test, 5 runs of 100 steps", () => learner.lrFind());
  await timed("regraft: 5 epochs", () => learner.fitOneCycle(5, suggestion.lr ?? 0.01));
  await timed("regraft: export", () => learner.exportOnnx(out));
  await learner.dispose();
  const classifier = await loadClassifier(out);
  await classifier.dispose();
  console.log(`${train + valid} photos, ${learner.info.features} features`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const peer = fileURLToPath(new URL("resnet34_pytorch.py", import.meta.url));
const { status, stdout } = spawnSync(process.env.REGRAFT_PYTHON ?? "python3", [peer, photos], { encoding: "utf8" });
console.log(status === 0 ? stdout.trim() : "PyTorch: not installed");
