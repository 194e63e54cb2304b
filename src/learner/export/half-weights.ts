// Half the size: a model's large weights stored as float16, with a Cast to float32 behind each. Plain ONNX that any
// runtime loads; inputs, outputs and all that is computed stay float32.
import { createNode, type Graph, graphOf, type Value } from "../../onnx/graph.js";
import { replaceValues } from "../../onnx/rewrite.js";
import { float16ToFloat32, float32ToFloat16, onnxTypeOf, tensorOf } from "../../onnx/tensor-data.js";
import { type Stream, stream } from "../../random.js";
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
    const half = halved(tensor as Tensor<"float32">, value.name);
    if (half) replacements.set(value, widened(value, half));
  }
  const changed = replaceValues(graph, replacements);
  return graphOf(changed.name, changed.inputs, changed.outputs);
}

/** How far float16 is off where it is at its best, in parts of the largest weight. */
const precision = 2 ** -11;

/** Nothing when a weight would become infinite, or all of them lose their digits as they are so small. */
function halved({ shape, data }: Tensor<"float32">, name: string): Tensor<"float16"> | undefined {
  const half = float32ToFloat16(data);
  const kept = float16ToFloat32(half);
  let largest = 0;
  let error = 0;
  for (const [i, weight] of data.entries()) {
    largest = Math.max(largest, Math.abs(weight));
    error = Math.max(error, Math.abs(weight - kept[i]!));
  }
  return error <= precision * largest
    ? { dtype: "float16", shape, data: unbiased(data, half, kept, stream(0, "float16", name)) }
    : undefined;
}

/**
 * Rounds up or down at random, so that on average nothing is lost; what float16 holds stays exact. Pretrained weights often
 * come from float16 files. Training moves them by less than half a step, and the nearest would be where they came from:
 * the file would forget what was learnt. (Equal names and weights give equal bytes.)
 */
function unbiased(exact: Float32Array, nearest: Uint16Array, kept: Float32Array, from: Stream): Uint16Array {
  // The neighbour on the other side of the weight: all bits but the sign's count magnitudes.
  const others = nearest.map((bits, i) => bits + Math.sign(Math.abs(exact[i]!) - Math.abs(kept[i]!)));
  const values = float16ToFloat32(others);
  return nearest.map((bits, i) => {
    const step = Math.abs(values[i]! - kept[i]!);
    // The other one of the largest is infinite.
    if (step === 0 || !Number.isFinite(step)) return bits;
    return from.next() * step < Math.abs(exact[i]! - kept[i]!) ? others[i]! : bits;
  });
}

/** float32 again, under the weight's own name. */
function widened({ name }: Value, tensor: Tensor<"float16">): Value {
  const { shape } = tensor;
  const stored: Value = { name: `${name}.float16`, dtype: "float16", shape, constant: { tensor } };
  const to = { type: "INT", value: onnxTypeOf("float32") } as const;
  const cast = { opType: "Cast", domain: "", name: `${name}.cast`, inputs: [stored], attributes: { to } };
  return createNode(cast, [{ name, dtype: "float32", shape }]).outputs[0]!;
}
