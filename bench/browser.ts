// Photos a second of extraction and steps a second of head training in the browser, beside TensorFlow.js doing the same
// work in the same Chromium. Both take turns, so that what else the machine does slows both down.
// Usage: npm install --prefix bench/browser --no-package-lock && npx tsx bench/browser.ts [part of a row's name]
import { cpus } from "node:os";
import { type Browser, type Device, openBrowser, type Task } from "./browser/pages.js";
import { extractionWork, trainingWork } from "./browser/work.js";

const pattern = process.argv[2] ?? "";
const contenders = [
  { name: "regraft", module: "regraft.ts" },
  { name: "TensorFlow.js", module: "tfjs.js" },
];
const steps = 100;

interface Row {
  readonly name: string;
  /** Photos or steps. */
  readonly unitsPerRun: number;
  readonly task: Task;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The results of a run. */
  readonly expected: Float32Array;
}

interface Section extends Device {
  readonly title: string;
  /** Of measuring each contender, after one more to warm up: how often, and how many milliseconds each time. */
  readonly rounds: number;
  readonly time: number;
  /** Photos at a time. */
  readonly batches: readonly number[];
}

const sections = ({ adapter, software }: Browser): readonly Section[] => {
  const cores = cpus().length;
  const wasm = { backend: "wasm", rounds: 5, time: 500, batches: [1, 8, 32] } as const;
  const slow = { rounds: 3, time: 0, batches: [1] };
  const webgpu = `webgpu on ${adapter}${software ? ", which is the processor: few and short repeats" : ""}`;
  return [
    { ...wasm, title: "wasm, a thread for each core", threads: cores },
    { ...wasm, title: "wasm, one thread", threads: 1 },
    { ...wasm, title: "wasm, threads as each chooses" },
    ...(adapter ? [{ ...wasm, ...(software && slow), title: webgpu, backend: "webgpu" as const }] : []),
  ];
};

async function prepare(): Promise<(section: Section) => readonly Row[]> {
  const { files, features, width } = await extractionWork(32);
  const extraction = (batch: number): Row => ({
    ...{ name: `photos/s of extraction, ${batch} at a time`, unitsPerRun: batch },
    task: { kind: "extraction", options: { batch } },
    ...{ files, expected: features.subarray(0, batch * width) },
  });
  const training = async (classes: number): Promise<Row> => {
    const { files, losses } = await trainingWork(classes, steps);
    return {
      ...{ name: `steps/s of head training, ${classes} classes`, unitsPerRun: steps },
      task: { kind: "training", options: {} },
      ...{ files, expected: losses },
    };
  };
  const trainings = [await training(2), await training(10)];
  return ({ batches }) => [...batches.map(extraction), ...trainings].filter(({ name }) => name.includes(pattern));
}

/** Returns what the contenders computed with, and the table's cells. */
async function compare(browser: Browser, row: Row, { rounds, time, ...device }: Section) {
  browser.publish(row.files);
  const opened = [];
  for (const { module } of contenders) opened.push(await browser.start(module, device, row.task));
  const apart = [];
  for (const contender of opened) apart.push(difference(await contender.check(), row.expected));
  const speeds: number[][] = [];
  for (let round = 0; round <= rounds; round++) {
    const pair: number[] = [];
    for (const contender of opened) pair.push(row.unitsPerRun * (await contender.measure(time)));
    if (round > 0) speeds.push(pair);
  }
  for (const contender of opened) await contender.close();
  const medians = contenders.map((_, i) => median(speeds.map((pair) => pair[i]!)));
  const ratio = median(speeds.map(([own, peer]) => own! / peer!));
  return {
    versions: opened.map(({ version }, i) => `${contenders[i]!.name} ${version}`),
    cells: [...medians.map((speed) => speed.toFixed(speed < 100 ? 1 : 0)), ratio.toFixed(2)],
    apart: apart.map((value) => value.toExponential(0)),
  };
}

/** The largest, relative to the largest of all results; those of ONNX Runtime in Node are expected. */
function difference(found: readonly number[], expected: Float32Array): number {
  const apart = found.map((value, i) => Math.abs(value - expected[i]!));
  const relative = Math.max(...apart) / Math.max(...expected.map(Math.abs));
  if (found.length === expected.length && relative < 1e-3) return relative;
  throw new Error(`${found.length} results, not ${expected.length}, or others: they differ by ${relative}`);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const line = (name: string, cells: readonly string[], apart: readonly string[]): string =>
  `  ${name.padEnd(36)}${cells.map((cell) => cell.padStart(16)).join("")}   ${apart.join(", ")}`;

const rowsOf = await prepare();
const browser = await openBrowser();
try {
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores; Chromium ${browser.version}`);
  console.log(line("", [...contenders.map(({ name }) => name), "ratio"], ["apart from Node's results by"]));
  for (const section of sections(browser)) {
    for (const [i, row] of rowsOf(section).entries()) {
      const { versions, cells, apart } = await compare(browser, row, section);
      if (i === 0) console.log(`${section.title}: ${versions.join("; ")}`);
      console.log(line(row.name, cells, apart));
    }
  }
} finally {
  await browser.close();
}
