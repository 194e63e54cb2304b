// What augmented views cost: epochs of a whole network, and the extraction of features, with and without them, in turns, so that
// what else the machine does slows all down.
// Usage: npm run build && node bench/views.mjs [folder of class folders] [photos of each class] [rounds] [threads of the runtime]
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLearner, imageList } from "regraft";

const fashion = fileURLToPath(new URL("../examples/data/fashion-mini/train", import.meta.url));
const [folder = fashion, photos = "16", rounds = "3", threads] = process.argv.slice(2);
const device = { name: "cpu", ...(threads && { threads: Number(threads) }) };
const items = readdirSync(folder).flatMap((label) =>
  readdirSync(join(folder, label))
    .slice(0, Number(photos))
    .map((name) => ({ image: join(folder, label, name), label, split: "train" })),
);
// As few as there may be.
const valid = [...new Set(items.map(({ label }) => label))].map((label) => ({
  ...items.find((item) => item.label === label),
  split: "valid",
}));

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Seconds that each of the jobs takes, over rounds in which they take turns. */
async function compare(jobs) {
  const seconds = jobs.map(() => []);
  for (let round = 0; round < Number(rounds); round++) {
    for (const [i, job] of jobs.entries()) {
      const started = performance.now();
      await job();
      seconds[i].push((performance.now() - started) / 1000);
    }
  }
  return seconds.map(median);
}

const open = (augment, more = {}) => createLearner({ data: imageList([...items, ...valid]), device, augment, ...more });

const perPhoto = (seconds, count = items.length) => `${((1000 * seconds) / count).toFixed(1)} ms`;

async function unfrozen(more) {
  const learners = [await open(false, more), await open(true, more)];
  for (const learner of learners) {
    await learner.unfreeze();
    await learner.prepare();
  }
  const [plain, augmented] = await compare(learners.map((learner) => () => learner.fit(1, 1e-4)));
  for (const learner of learners) await learner.dispose();
  return `${perPhoto(plain)} as they are, ${perPhoto(augmented)} augmented: ${(augmented / plain).toFixed(2)} times`;
}

async function extraction() {
  const views = 4;
  const job = (augment) => async () => {
    const learner = await open(augment);
    await learner.prepare();
    await learner.dispose();
  };
  const opening = async () => (await open(false)).dispose();
  const [start, plain, augmented] = await compare([opening, job(false), job({ views })]);
  const rows = items.length + valid.length;
  const viewed = views * items.length + valid.length;
  const [each, eachView] = [(plain - start) / rows, (augmented - start) / viewed];
  return (
    `${perPhoto(each, 1)} a photo as it is, ${perPhoto(eachView, 1)} a view of ${views}: ` +
    `${(eachView / each).toFixed(2)} times`
  );
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, ${threads ?? "all"} for the runtime; ${items.length} photos`);
console.log(`all layers trained, a photo: ${await unfrozen({})}`);
console.log(`all layers trained, pictures not kept: ${await unfrozen({ cache: { memoryLimit: 4 * 2 ** 20 } })}`);
console.log(`features: ${await extraction()}`);
