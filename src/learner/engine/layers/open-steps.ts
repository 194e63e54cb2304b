// Training step by step, where a run cannot take many: layers of the network, and heads on devices without a Loop.
import type { Head } from "../../../heads/head.js";
import { type UnfrozenLayers, unfrozenHead } from "../../../heads/unfrozen.js";
import { activationBytes, multiplyAdds } from "../../../onnx/costs.js";
import type { Graph } from "../../../onnx/graph.js";
import { evaluationGraph } from "../../../training-graph/assemble.js";
import { gradientGraph, updateGraph } from "../../../training-graph/micro-batches.js";
import type { BeginTraining } from "../training/steps.js";
import { summedSteps } from "../training/summed-steps.js";
import { groupsBy } from "./backbone.js";
import { type BoundaryOptions, headRowsPerRun, type Trained } from "./boundary.js";

/** Multiply-adds forward; with the way back three times that, some 200 ms of two cores. */
const workPerRun = 8e9;
/** Bytes of activations; a run takes up to half as much again. More rows a run are hardly faster: bench/unfrozen.ts. */
const activationsPerRun = 320 * 2 ** 20;
/** Photos whose mean and variance say something of others. */
const fewestForStatistics = 16;

export async function openLayers(
  first: number,
  { layers, features }: { layers: UnfrozenLayers; features: number },
  options: BoundaryOptions,
): Promise<Trained> {
  const { backbone, loss, batchSize, device } = options;
  const head = unfrozenHead(layers, options.head);
  const affordable = affordableRows(layers.graph);
  const sensible = options.trainStatistics ? Math.max(affordable, fewestForStatistics) : affordable;
  // Runs of one size: 16 rows at most 7 at a time are 6, 6 and 4.
  const even = Math.ceil(batchSize / Math.ceil(batchSize / sensible));
  const rowsPerRun = Math.min(batchSize, options.microBatch ?? even);
  const groups = backbone.groups.length - first + 1;
  const begin = await openSteps({ head, features, groups, groupOf: groupsBy(backbone, first), rowsPerRun }, options);
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  return { head, begin, evaluator, rowsPerRun: Math.min(headRowsPerRun, 2 * affordable) };
}

export interface StepParts {
  readonly head: Head;
  readonly features: number;
  readonly groups: number;
  readonly groupOf: (parameter: string) => number;
  readonly rowsPerRun: number;
}

/** Steps of a gradient graph and an update graph. */
export async function openSteps(
  { head, features, groups, groupOf, rowsPerRun }: StepParts,
  { loss, optimizer, clipNorm, device }: Pick<BoundaryOptions, "loss" | "optimizer" | "clipNorm" | "device">,
): Promise<BeginTraining> {
  const { model, zeros } = gradientGraph({ head, loss, features });
  const gradient = await device.open(model, "the gradient graph", { onDevice: true });
  const updating = updateGraph({ head, optimizer, clipNorm, sums: zeros, groups, groupOf });
  const update = await device.open(updating, "the update graph", { onDevice: true });
  return summedSteps({ gradient, update, upload: device.upload, zeros, rowsPerRun, groups });
}

const affordableRows = (graph: Graph): number =>
  Math.max(1, Math.floor(Math.min(workPerRun / multiplyAdds(graph), activationsPerRun / activationBytes(graph))));
