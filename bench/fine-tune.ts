// What fine-tuning is worth by default: the embedded network on cats and dogs, its head alone against fineTune, by seeds.
// Usage: npm run build && npx tsx bench/fine-tune.ts [epochs of all layers] [folder of class folders]
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import type { EpochResult } from "../src/node.js";
import { createLearner, imageFolder } from "../test/helpers/build.js";

const epochs = Number(process.argv[2] ?? 2);
const photos = process.argv[3] ?? fileURLToPath(new URL("../../shared/data/cats-vs-dogs", import.meta.url));

console.log(`${cpus()[0]?.model}, ${cpus().length} cores; ${photos}`);
for (const seed of [1, 2, 3]) {
  const started = performance.now();
  await using learner = await createLearner({ data: imageFolder(photos), seed });
  const { lr } = (await learner.lrFind()).suggestion;
  const [head] = (await learner.fitOneCycle(5, lr!)).slice(-1);
  await using tuned = await createLearner({ data: imageFolder(photos), seed });
  const lines = await tuned.fineTune(epochs);
  const told = ({ accuracy, validLoss }: EpochResult): string =>
    `${(100 * accuracy).toFixed(1)} % (loss ${validLoss.toFixed(3)})`;
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `seed ${seed}: head alone ${told(head!)}; fineTune(${epochs}), epoch by epoch: ${lines.map(told).join(", ")}; ${seconds} s`,
  );
}
console.log(`${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`);
