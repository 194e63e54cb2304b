// What augmented views cost a learner, made in its own thread or by workers: epochs of a whole network, and the extraction of features,
// in turns, so that what else the machine does slows all down. The learner is in this process's first thread: what that computes is told
// apart, as it is what all else waits for where there are cores enough (on Linux, with one thread for the runtime).
// Usage: npm run build && npx tsx bench/views.ts [folder of class folders] [photos of each class] [rounds] [threads of the runtime]
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { imageList } from "../src/datasets/image-list.js";
import { createLearnerOn } from "../src/learner/create-learner.js";
import { workersFor } from "../src/learner/engine/pictures/view-pool.js";
import type { Learner } from "../src/learner/learner.js";
import { localHost } from "../src/learner/node/host.js";
import { nodePlatform } from "../src/learner/node/platform.js";
import type { LearnerOptions } from "../src/learner/options.js";

const fashion = fileURLToPath(new URL("../examples/data/fashion-mini/train", import.meta.url));
const [folder = fashion, photos = "16", rounds = "5", threads] = process.argv.slice(2);
const items = readdirSync(folder).flatMap((label) =>
  readdirSync(join(folder, label))
    .slice(0, Number(photos))
    // One of each class to validate on, which there must be.
    .map((name, i) => ({
      image: join(folder, label, name),
      label,
      split: i === 0 ? ("valid" as const) : ("train" as const),
    })),
);
const trained = items.filter(({ split }) => split === "train").length;

const models = new URL("../models/", import.meta.url);
const workers = new URL("../dist/node-picture-worker.js", import.meta.url);
const open = (augment: LearnerOptions["augment"], pictures: URL | undefined): Promise<Learner> =>
  createLearnerOn(localHost(nodePlatform(models, pictures)), {
    data: imageList(items),
    device: { name: "cpu", ...(threads !== undefined && { threads: Number(threads) }) },
    augment: augment ?? false,
  });

const variants = (augment: LearnerOptions["augment"]) =>
  [
    ["as they are", false, undefined],
    ["views made in place", augment, undefined],
    ["views made by workers", augment, workers],
  ] as const;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** In milliseconds: that pass, that all threads compute, that the learner's computes. */
interface Cost {
  readonly wall: number;
  readonly all: number;
  readonly own: number;
}

/** Since the process began. */
const costs = (): Cost => ({
  wall: performance.now(),
  all: (process.cpuUsage().user + process.cpuUsage().system) / 1e3,
  own:
    process.platform === "linux"
      ? Number.parseInt(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8"), 10) / 1e6
      : 0,
});

async function timed(work: () => Promise<unknown>): Promise<Cost> {
  const [before, , after] = [costs(), await work(), costs()];
  return { wall: after.wall - before.wall, all: after.all - before.all, own: after.own - before.own };
}

/** What each job costs a photo, over rounds in which they take turns; the first warms up. */
async function compare(jobs: readonly (readonly [string, () => Promise<Cost>])[]): Promise<void> {
  const taken = jobs.map((): Cost[] => []);
  for (let round = 0; round <= Number(rounds); round++) {
    for (const [i, [, job]] of jobs.entries()) {
      const cost = await job();
      if (round > 0) taken[i]!.push(cost);
    }
  }
  for (const [i, [name]] of jobs.entries()) {
    const each = (what: keyof Cost) => `${(median(taken[i]!.map((cost) => cost[what])) / trained).toFixed(1)} ms`;
    console.log(
      `  ${name}: ${each("wall")} a photo; computing ${each("all")}, ${each("own")} of it in the learner's thread`,
    );
  }
}

console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, ${threads ?? "all"} for the runtime, ` +
    `${workersFor(availableParallelism())} workers; ${trained} photos, medians of ${rounds} rounds`,
);

console.log("Features of the frozen network; where there are views, four of each photo:");
await compare(
  variants({ views: 4 }).map(([name, augment, pictures]) => {
    const job = async (): Promise<Cost> => {
      const learner = await open(augment, pictures);
      const cost = await timed(() => learner.prepare());
      await learner.dispose();
      return cost;
    };
    return [name, job];
  }),
);

console.log("An epoch of all layers:");
const learners: Learner[] = [];
const jobs: [string, () => Promise<Cost>][] = [];
for (const [name, augment, pictures] of variants(true)) {
  const learner = await open(augment, pictures);
  learners.push(learner);
  await learner.unfreeze();
  await learner.prepare();
  jobs.push([name, () => timed(() => learner.fit(1, 1e-4))]);
}
await compare(jobs);
for (const learner of learners) await learner.dispose();
