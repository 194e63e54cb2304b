// A pretrained image classifier small enough to reckon by hand: features are the channels' means, and each class adds
// some of them up.
import { createOps } from "../../src/onnx/builder.js";
import { createNode, graphOf, type Model, type Node, type Value } from "../../src/onnx/graph.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import type { Session } from "../../src/runtime/session.js";
import { float32 } from "../../src/tensor.js";
import { input, sessionOf } from "./run-graph.js";

/** A node of any operator, with one output named after it. */
export const emit = (
  opType: string,
  inputs: readonly (Value | undefined)[],
  {
    name = opType,
    attributes = {},
    ...type
  }: { name?: string; attributes?: Node["attributes"] } & Partial<TypedValue> = {},
): TypedValue =>
  createNode({ opType, domain: "", name, inputs, attributes }, [{ name, dtype: "float32", shape: ["batch"], ...type }])
    .outputs[0] as TypedValue;

export const weight = (name: string, shape: readonly number[], data?: readonly number[]): TypedValue =>
  createOps().constant(name, float32(shape, data));

/** [batch, 3, size, size], or of any size. */
export const imageOf = (size?: number): TypedValue => input("image", ["batch", 3, size ?? "height", size ?? "width"]);

/** The means of the channels: [batch, 3]. */
export const channelMeans = (image: Value): TypedValue =>
  emit("Flatten", [emit("GlobalAveragePool", [image], { shape: ["batch", 3, 1, 1] })], {
    name: "features",
    shape: ["batch", 3],
  });

/** A session from an image to the means of its channels. */
export function meansSession(): Promise<Session> {
  const image = imageOf();
  return sessionOf(graphOf("frozen", [image], [channelMeans(image)]));
}

/** From an image to the logits of as many classes. */
export function tinyModel({ size, classes = 2 }: { size?: number; classes?: number } = {}): Model {
  const image = imageOf(size);
  const w = weight(
    "fc.weight",
    [classes, 3],
    Array.from({ length: classes * 3 }, (_, i) => i + 1),
  );
  const logits = createOps().Gemm(channelMeans(image), w, weight("fc.bias", [classes]), { transB: 1 });
  return { graph: graphOf("tiny", [image], [logits]), opsets: { "": 17 }, metadata: {} };
}
