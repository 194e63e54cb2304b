// Training step by step, where a run cannot take many: layers of the network, and heads on devices without a Loop.
import type { Head } from "../../../heads/head.js";
import { type UnfrozenLayers, unfrozenHead } from "../../../heads/unfrozen.js";
import { activationBytes, multiplyAdds } from "../../../onnx/costs.js";
import type { Graph } from "../../../onnx/graph.js";
import { evaluationGraph } from "../../../training-graph/assemble.js";
import { gradientGraph, updateGraph } from "../../../training-graph/micro-batches.js";
import { summedSteps } from "../training/summed-steps.js";
import { groupsBy } from "./backbone.js";
import type { Trained, TrainedParts } from "./trained.js";
import type { Workplace } from "./workplace.js";

/** Multiply-adds forward; with the way back three times that, some 200 ms of two cores. */
const workPerRun = 8e9;
/** Bytes of activations; a run takes up to half as much again. More rows a run are hardly faster: bench/unfrozen.ts. */
const activationsPerRun = 320 * 2 ** 20;
/** Photos whose mean and variance say something of others. */
const fewestForStatistics = 16;

export async function openLayers(layers: UnfrozenLayers, parts: TrainedParts, device: Workplace): Promise<Trained> {
  const { backbone, first, features, loss, batchSize } = parts;
  const head = unfrozenHead(layers, parts.head);
  const affordable = affordableRows(layers.graph);
  const sensible = parts.trainStatistics ? Math.max(affordable, fewestForStatistics) : affordable;
  // Runs of one size: 16 rows at most 7 at a time are 6, 6 and 4.
  const even = Math.ceil(batchSize / Math.ceil(batchSize / sensible));
  const rowsPerRun = Math.min(batchSize, parts.microBatch ?? even);
  const groups = backbone.groups.length - first + 1;
  const steps = await openSteps({ head, groups, groupOf: groupsBy(backbone, first), rowsPerRun }, parts, device);
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  return { head, ...steps, evaluator, rowsPerRun: 2 * affordable, microBatch: rowsPerRun };
}

export interface StepParts {
  readonly head: Head;
  readonly groups: number;
  readonly groupOf: (parameter: string) => number;
  readonly rowsPerRun: number;
}

/** Steps of a gradient graph and an update graph. */
export async function openSteps(
  { head, groups, groupOf, rowsPerRun }: StepParts,
  { loss, optimizer, clipNorm, features }: Pick<TrainedParts, "loss" | "optimizer" | "clipNorm" | "features">,
  device: Workplace,
): Promise<Required<Pick<Trained, "begin" | "gradient">>> {
  const { model, zeros } = gradientGraph({ head, loss, features });
  const session = await device.open(model, "the gradient graph", { onDevice: true });
  const updating = updateGraph({ head, optimizer, clipNorm, sums: zeros, groups, groupOf });
  const update = await device.open(updating, "the update graph", { onDevice: true });
  const begin = summedSteps({ gradient: session, update, upload: device.upload, zeros, rowsPerRun, groups });
  return { begin, gradient: { model, zeros, session } };
}

const affordableRows = (graph: Graph): number =>
  Math.max(1, Math.floor(Math.min(workPerRun / multiplyAdds(graph), activationsPerRun / activationBytes(graph))));
