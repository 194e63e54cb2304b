// A model of a few nodes to look into, as an exported one is.
import type { Task } from "../../src/datasets/task.js";
import type { ImageTransform } from "../../src/datasets/transform.js";
import { findImageInput } from "../../src/heads/image-input.js";
import { type NetworkView, viewOfNetwork } from "../../src/learner/engine/interpret/view.js";
import type { Model } from "../../src/onnx/graph.js";
import { createNodeRuntime } from "../../src/runtime/node.js";
import { evaluate } from "./evaluate.js";

/** Photos of `size` pixels each way, 0…255 as -1…1. */
export const transformTo = (size: number): ImageTransform => ({
  resize: { height: size, width: size },
  resample: "bilinear",
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  maxPixels: 1e6,
});

const device = {
  options: { device: "cpu", threads: 1 },
  once: { device: "cpu", threads: 1 },
  reason: "a test",
} as const;

export const viewOf = (
  model: Model,
  classes: readonly string[],
  size: number,
  task: Task = "single-label",
): Promise<NetworkView> =>
  viewOfNetwork(
    {
      source: "the test's model",
      task,
      classes,
      transform: transformTo(size),
      model,
      image: findImageInput(model.graph, "the test's model"),
      device,
      evaluate,
    },
    { runtime: createNodeRuntime(), signal: new AbortController().signal },
  );
