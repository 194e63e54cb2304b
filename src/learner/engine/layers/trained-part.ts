// Opens what is trained above the boundary: its graphs, where they are to run.
import { evaluationGraph, trainingGraph } from "../../../training-graph/assemble.js";
import { loopSteps } from "../training/loop-steps.js";
import type { Trained, TrainedParts } from "./trained.js";
import type { Workplace } from "./workplace.js";

// A run of the head on cached features stays below 200 ms even with 1000 classes on 4096 features (4 G multiply-adds).
const mostRowsPerRun = 1024;

export async function openTrained(parts: TrainedParts, device: Workplace): Promise<Trained> {
  const { layers } = parts;
  if (!layers) return openHead(parts, device);
  const { openLayers } = await import("./open-steps.js");
  const trained = await openLayers(layers, parts, device);
  return { ...trained, rowsPerRun: Math.min(mostRowsPerRun, trained.rowsPerRun) };
}

export type HeadParts = Pick<TrainedParts, "head" | "loss" | "optimizer" | "clipNorm" | "features" | "batchSize">;

export async function openHead(parts: HeadParts, device: Workplace): Promise<Trained> {
  const { head, loss, features, batchSize } = parts;
  const evaluator = await device.open(evaluationGraph({ head, loss, features }), "the evaluation graph");
  const trained = { head, evaluator, rowsPerRun: mostRowsPerRun };
  if (device.loops) {
    return { ...trained, begin: loopSteps(await device.open(trainingGraph(parts), "the training graph")) };
  }
  const { openSteps } = await import("./open-steps.js");
  const steps = { head, groups: 1, groupOf: () => 0, rowsPerRun: batchSize };
  return { ...trained, ...(await openSteps(steps, parts, device)) };
}
