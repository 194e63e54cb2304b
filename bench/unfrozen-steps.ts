// Training steps of a network that is not frozen, for bench/unfrozen.ts: prints a line of JSON once ready, then one for a
// step for each line it reads. Arguments: model, how many of the last layer groups are trained (0: all), photos of a batch,
// photos of a run (0: as many as a learner takes), a file of numbers for the rows.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Head } from "../src/heads/head.js";
import { linearHead } from "../src/heads/linear.js";
import { hostDevice } from "../src/learner/engine/device/device.js";
import { backboneOf, boundaryOf } from "../src/learner/engine/layers/backbone.js";
import { openBoundary } from "../src/learner/engine/layers/boundary.js";
import { type Workplace, workplaceOn } from "../src/learner/engine/layers/workplace.js";
import { evaluatorOf } from "../src/learner/engine/model/evaluator.js";
import { openNetwork } from "../src/learner/engine/model/network.js";
import { loadPretrained } from "../src/learner/engine/model/pretrained.js";
import { maskDrawer } from "../src/learner/engine/training/masks.js";
import { nodePlatform } from "../src/learner/node/platform.js";
import { sgd } from "../src/optimizers/sgd.js";
import { float32, int32 } from "../src/tensor.js";
import { crossEntropy } from "../src/training-graph/loss.js";
import { initialState } from "../src/training-graph/step.js";

const [model = "", groups, photos, perRun, numbers = ""] = process.argv.slice(2);
const [trained, batch, microBatch] = [Number(groups), Number(photos), Number(perRun)];
const report = (facts: object): void => console.log(JSON.stringify(facts));

/** Milliseconds of each run since the last report, by what the graph is called. */
const runs: Record<string, number[]> = {};

const open: Workplace["open"] = async (graph, name, more) => {
  const session = await workplace.open(graph, name, more);
  const times: number[] = [];
  runs[name] = times;
  const timed = async <R>(run: () => Promise<R>): Promise<R> => {
    const started = performance.now();
    const outputs = await run();
    times.push(performance.now() - started);
    return outputs;
  };
  return {
    ...session,
    run: (feeds) => timed(() => session.run(feeds)),
    runOnDevice: (feeds) => timed(() => session.runOnDevice(feeds)),
  };
};

const platform = nodePlatform(new URL("../models/", import.meta.url));
const { runtime } = platform;
const host = await hostDevice(runtime);
const workplace = workplaceOn(runtime, host, new AbortController().signal);
const network = await openNetwork(await loadPretrained(platform, model), runtime, host, {
  at: undefined,
  pool: "own",
});
const evaluate = evaluatorOf(runtime, model, host.once);
const backbone = backboneOf(network, { source: model, ends: undefined, evaluate });
const linear = linearHead({ features: network.featureCount, classes: 2 });
// PyTorch's bias has the rate of the weights.
const head: Head = { ...linear, forwardTraining: (...given) => ({ ...linear.forwardTraining(...given), rates: {} }) };
const optimizer = sgd();
const first = trained === 0 ? 0 : backbone.groups.length - trained;
const boundary = await openBoundary(first, {
  ...{ backbone, head, optimizer, clipNorm: undefined, state: {}, trainStatistics: false },
  loss: crossEntropy({ classes: 2, labelSmoothing: 0, classWeights: undefined }),
  batchSize: batch,
  microBatch: microBatch || undefined,
  device: { ...workplace, open },
});
await network.session.release();
const { featureCount } = boundary.frozen;
const floats = new Float32Array(readFileSync(numbers).buffer);
const data = {
  features: float32([batch, featureCount], floats.subarray(0, batch * featureCount)),
  labels: int32(
    [batch],
    Array.from({ length: batch }, (_, i) => i % 2),
  ),
  names: [],
};
const order = Int32Array.from({ length: batch }, (_, i) => i);
const masks = maskDrawer(boundary.head.masks, 1);
const training = await boundary.begin(initialState(boundary.head, optimizer));
const types = await backbone.types();
const start = boundaryOf(backbone, first);
report({ start: start.name, end: network.model.graph.outputs[0]!.name, shape: types.get(start)!.shape.slice(1) });
for await (const _ of createInterface({ input: process.stdin })) {
  for (const times of Object.values(runs)) times.length = 0;
  const [started, used] = [performance.now(), process.cpuUsage()];
  const steps = { first: 0, batches: [order], rates: { lr: [0.001], momentum: [0.9] } };
  const losses = await training.take({ data, masks }, steps);
  const { user, system } = process.cpuUsage(used);
  report({
    loss: losses[0],
    wall: performance.now() - started,
    cpu: (user + system) / 1000,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    gradient: runs["the gradient graph"],
    update: runs["the update graph"]![0],
  });
}
training.end();
await boundary.release();
