// What a training step costs when nothing of a network is frozen, or not all: time and memory by the number of photos that
// are run together, beside PyTorch taking the same steps where Python has it. Steps of both take turns, so that what else
// the machine does slows both down. Usage: npx tsx bench/unfrozen.ts [steps of each] [part of a case's name]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stream } from "../src/random.js";
import { resnet34 } from "../test/helpers/resnet34.js";

const [count = "5", pattern = ""] = process.argv.slice(2);
const rounds = Number(count);
const batch = 16;
const folder = mkdtempSync(join(tmpdir(), "regraft-bench-"));
const [resnetFile, rowsFile] = [join(folder, "resnet34.onnx"), join(folder, "rows")];
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const liteFile = pathOf("../models/efficientnet-lite0.onnx");

/** `trained`: how many of the last layer groups, 0 for all. */
const cases = [
  { name: "ResNet34, all layers", file: resnetFile, trained: 0 },
  { name: "ResNet34, the last two groups", file: resnetFile, trained: 2 },
  { name: "EfficientNet-Lite0, all layers", file: liteFile, trained: 0 },
  { name: "EfficientNet-Lite0, the last two groups", file: liteFile, trained: 2 },
];
/** Photos a run; 0: as a learner chooses. */
const settings = [0, 1, 16];

/** In milliseconds: `cpu` is of all cores together. Megabytes at most so far. */
interface Step {
  readonly loss: number;
  readonly wall: number;
  readonly cpu: number;
  readonly megabytes: number;
}

interface OurStep extends Step {
  /** Of each run of the gradient graph, and of the update graph. */
  readonly gradient: readonly number[];
  readonly update: number;
}

interface Worker<Ready, S> {
  readonly ready: Ready;
  step(): Promise<S>;
  end(): Promise<unknown>;
}

/** A process that takes a step for each line it is sent, see unfrozen-steps.ts; undefined when it does not start. */
async function startWorker<Ready, S>(
  command: string,
  args: readonly (string | number)[],
): Promise<Worker<Ready, S> | undefined> {
  const child = spawn(command, args.map(String), { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("close", resolve).once("error", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string | undefined> => (await lines.next()).value;
  const ready = await answer();
  if (ready === undefined) return undefined;
  return {
    ready: JSON.parse(ready),
    step: async () => {
      child.stdin.write("\n");
      return JSON.parse((await answer())!);
    },
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}

type Args = readonly (string | number)[];
/** `shape` is of a row, which stands for the value `start`. */
const startOurs = (...args: Args) =>
  startWorker<{ start: string; end: string; shape: readonly number[] }, OurStep>(process.execPath, [
    ...process.execArgv,
    pathOf("unfrozen-steps.ts"),
    ...args,
  ]);
const startPeer = (...args: Args) =>
  startWorker<{ version: string }, Step>(process.env.REGRAFT_PYTHON ?? "python3", [
    pathOf("unfrozen_pytorch.py"),
    ...args,
  ]);

async function measure(file: string, trained: number, perRun: number): Promise<void> {
  const ours = (await startOurs(file, trained, batch, perRun, rowsFile))!;
  const { start, end, shape } = ours.ready;
  const peer = await startPeer(file, start, end, rowsFile, batch, ...shape);
  const own: OurStep[] = [];
  const theirs: Step[] = [];
  for (let round = 0; round <= rounds; round++) {
    own.push(await ours.step());
    if (peer) theirs.push(await peer.step());
  }
  await ours.end();
  await peer?.end();
  const rows = own[0]!.gradient;
  const photos = perRun || `as a learner chooses, ${Math.ceil(batch / rows.length)}`;
  const run = median(own.flatMap(({ gradient }) => gradient));
  const update = median(own.map(({ update }) => update));
  console.log(`  photos a run: ${photos}; a run ${run.toFixed(0)} ms, the update ${update.toFixed(0)} ms`);
  console.log(`    regraft         ${costOf(own)}`);
  if (!peer) return;
  // Steps of a pair were taken one after the other.
  const speed = (key: "wall" | "cpu") =>
    median(timed(own).map((step, i) => timed(theirs)[i]![key] / step[key])).toFixed(2);
  const apart = Math.max(...own.map(({ loss }, i) => Math.abs(loss - theirs[i]!.loss)));
  console.log(
    `    PyTorch ${peer.ready.version.padEnd(7)} ${costOf(theirs)}; losses differ by ${apart.toExponential(0)}`,
  );
  console.log(`    regraft's speed is ${speed("wall")} of PyTorch's, ${speed("cpu")} by what the cores did`);
}

/** The first step allocates memory. */
const timed = <S extends Step>(steps: readonly S[]): readonly S[] => steps.slice(1);

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function costOf(steps: readonly Step[]): string {
  const [wall, cpu] = (["wall", "cpu"] as const).map((key) => median(timed(steps).map((step) => step[key])).toFixed(0));
  return `a step ${wall} ms, ${cpu} ms of cores, ${steps.at(-1)!.megabytes} MB at most`;
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores; batch ${batch}, medians of ${rounds} steps`);
try {
  writeFileSync(resnetFile, resnet34({ seed: 1, style: "torchvision", batchNorm: true }));
  const draw = stream(1, "bench");
  writeFileSync(
    rowsFile,
    Float32Array.from({ length: batch * 3 * 224 ** 2 }, () => 4 * draw.next() - 2),
  );
  for (const { name, file, trained } of cases.filter(({ name }) => name.includes(pattern))) {
    console.log(name);
    for (const perRun of settings) await measure(file, trained, perRun);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
