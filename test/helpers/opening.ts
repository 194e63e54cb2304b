// Opening networks in tests: small ones, and a count of the sessions that live.
import { defaultTransform, type ImageTransform } from "../../src/datasets/transform.js";
import type { DeviceOptions } from "../../src/learner/engine/device/device.js";
import { openNetwork } from "../../src/learner/engine/model/network.js";
import type { Pretrained } from "../../src/learner/engine/model/pretrained.js";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf, type Model, type Value } from "../../src/onnx/graph.js";
import { createNodeRuntime } from "../../src/runtime/node.js";
import { float32, int64 } from "../../src/tensor.js";
import { input } from "./run-graph.js";
import { emit, imageOf, weight } from "./tiny-network.js";

export const runtime = createNodeRuntime();
const cpu = { device: "cpu", threads: 1 } as const;
/** One thread: results do not depend on the machine. */
export const onCpu: DeviceOptions = { options: cpu, once: cpu };
const { crop: _, ...uncropped } = defaultTransform;
export const squash = (height: number, width: number): ImageTransform => ({ ...uncropped, resize: { height, width } });
export const pretrained = (model: Model): Pretrained => ({
  model,
  name: "tiny.onnx",
  title: "tiny.onnx",
  sha256: "",
  transform: squash(4, 4),
  transformReason: "it is so",
  modelType: undefined,
  licence: undefined,
  cut: undefined,
  layerGroups: undefined,
  config: undefined,
  notices: [],
});
export const open = (model: Model, transform = squash(4, 4), over = runtime, at?: string) =>
  openNetwork({ ...pretrained(model), transform }, over, onCpu, { at, pool: "own" });

/** The runtime, and how many of its sessions live. */
export function counting(): { runtime: typeof runtime; alive: () => number } {
  let alive = 0;
  const createSession: typeof runtime.createSession = async (...args) => {
    const session = await runtime.createSession(...args);
    alive++;
    return {
      ...session,
      release: async () => {
        alive--;
        await session.release();
      },
    };
  };
  return { runtime: { ...runtime, createSession }, alive: () => alive };
}

/** Exported for so many photos, which its Reshape insists on. */
export function fixedTo(batch: number, reshape: (means: Value) => Value): Model {
  const photos = input("image", [batch, 3, 4, 4]);
  const means = emit("GlobalAveragePool", [photos], { name: "means", shape: [batch, 3, 1, 1] });
  const logits = emit("MatMul", [reshape(means), weight("w", [3, 2])], { name: "logits", shape: [batch, 2] });
  return { graph: graphOf("fixed", [photos], [logits]), opsets: { "": 17 }, metadata: {} };
}
export const shapeOf = (...dims: number[]) => createOps().constant("shape", int64([dims.length], dims));
export const someRows = (count: number) =>
  float32(
    [count, 3, 4, 4],
    Array.from({ length: count * 48 }, (_, i) => i),
  );

export const image = imageOf();
export const classifier = (features: Value): Model => ({
  graph: graphOf("odd", [image], [emit("MatMul", [features, weight("w", [3, 2])], { shape: undefined! })]),
  opsets: { "": 17 },
  metadata: {},
});
