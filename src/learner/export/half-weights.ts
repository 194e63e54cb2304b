// Half the size: a model's large weights stored as float16, with a Cast to float32 behind each. Plain ONNX that any
// runtime loads; inputs, outputs and all that is computed stay float32.
import { createNode, type Graph, graphOf, type Value } from "../../onnx/graph.js";
import { replaceValues } from "../../onnx/rewrite.js";
import { float16ToFloat32, float32ToFloat16, onnxTypeOf, tensorOf } from "../../onnx/tensor-data.js";
import type { Tensor } from "../../tensor.js";

// Biases and batch-norm statistics are small and sensitive: they stay as they are.
const smallest = 1024;

/** The graph with its weights in float16, but for small ones and those that float16 cannot hold. */
export function halfWeights(graph: Graph): Graph {
  const inputs = new Set(graph.inputs);
  const replacements = new Map<Value, Value>();
  for (const value of graph.initializers) {
    const tensor = value.constant && tensorOf(value.constant);
    if (inputs.has(value) || tensor?.dtype !== "float32" || tensor.data.length < smallest) continue;
    const half = halved(tensor as Tensor<"float32">);
    if (half) replacements.set(value, widened(value, half));
  }
  const changed = replaceValues(graph, replacements);
  return graphOf(changed.name, changed.inputs, changed.outputs);
}

/** How far float16 is off where it is at its best, in parts of the largest weight. */
const precision = 2 ** -11;

/** Nothing when a weight would become infinite, or all of them lose their digits as they are so small. */
function halved({ shape, data }: Tensor<"float32">): Tensor<"float16"> | undefined {
  const half = float32ToFloat16(data);
  const kept = float16ToFloat32(half);
  let largest = 0;
  let error = 0;
  for (const [i, weight] of data.entries()) {
    largest = Math.max(largest, Math.abs(weight));
    error = Math.max(error, Math.abs(weight - kept[i]!));
  }
  return error <= precision * largest ? { dtype: "float16", shape, data: half } : undefined;
}

/** float32 again, under the weight's own name. */
function widened({ name }: Value, tensor: Tensor<"float16">): Value {
  const { shape } = tensor;
  const stored: Value = { name: `${name}.float16`, dtype: "float16", shape, constant: { tensor } };
  const to = { type: "INT", value: onnxTypeOf("float32") } as const;
  const cast = { opType: "Cast", domain: "", name: `${name}.cast`, inputs: [stored], attributes: { to } };
  return createNode(cast, [{ name, dtype: "float32", shape }]).outputs[0]!;
}
