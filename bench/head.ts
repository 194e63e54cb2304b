// Steps a second of head training on cached features: many steps in one run against one step a run, and, where Python
// has PyTorch, against the same training there. Usage: npm run bench:head
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { linearHead } from "../src/heads/linear.js";
import { epochBatches } from "../src/learner/engine/training/batch-order.js";
import { loopSteps } from "../src/learner/engine/training/loop-steps.js";
import { maskDrawer } from "../src/learner/engine/training/masks.js";
import { writeModel } from "../src/onnx/write.js";
import { sgd } from "../src/optimizers/sgd.js";
import { stream } from "../src/random.js";
import { createNodeRuntime } from "../src/runtime/node.js";
import { float32, int32 } from "../src/tensor.js";
import { trainingGraph } from "../src/training-graph/assemble.js";
import { crossEntropy } from "../src/training-graph/loss.js";
import { initialState } from "../src/training-graph/step.js";

const [photos, features, classes, batchSize, steps] = [800, 1280, 2, 64, 2000];

const draw = stream(1, "bench");
const data = {
  features: float32(
    [photos, features],
    Float32Array.from({ length: photos * features }, () => draw.next()),
  ),
  labels: int32(
    [photos],
    Int32Array.from({ length: photos }, () => draw.below(classes)),
  ),
  names: [],
};
const head = linearHead({ features, classes });
const optimizer = sgd();
const loss = crossEntropy({ classes, labelSmoothing: 0, classWeights: undefined });
const graph = writeModel(trainingGraph({ head, loss, optimizer, features }));
const session = await createNodeRuntime().createSession(graph, "the training graph", { device: "cpu" });
const full = (epoch: number) => epochBatches(photos, batchSize, 1, epoch).filter((batch) => batch.length === batchSize);
const batches = Array.from({ length: Math.ceil(steps / Math.floor(photos / batchSize)) }, (_, epoch) => full(epoch))
  .flat()
  .slice(0, steps);

const masks = maskDrawer(head.masks, 1);
const begin = loopSteps(session);

async function stepsPerSecond(perRun: number): Promise<number> {
  const training = await begin(initialState(head, optimizer));
  const started = performance.now();
  for (let i = 0; i < steps; i += perRun) {
    const some = batches.slice(i, i + perRun);
    const rates = { lr: some.map(() => 0.01), momentum: some.map(() => 0.9) };
    await training.take({ data, masks }, { first: i, batches: some, rates });
  }
  return (1000 * steps) / (performance.now() - started);
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores; ${photos} photos × ${features} features, ${classes} classes, batch ${batchSize}`,
);
for (const perRun of [1, 10, 100, 1000]) {
  await stepsPerSecond(perRun);
  console.log(`${String(perRun).padStart(5)} steps a run: ${Math.round(await stepsPerSecond(perRun))} steps/s`);
}
const peer = fileURLToPath(new URL("head_pytorch.py", import.meta.url));
const python = process.env.REGRAFT_PYTHON ?? "python3";
const { status, stdout } = spawnSync(python, [peer, photos, features, classes, batchSize, steps].map(String), {
  encoding: "utf8",
});
console.log(status === 0 ? stdout.trim() : "PyTorch: not installed");
