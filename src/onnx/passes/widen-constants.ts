// Weights stored as float16 and cast to float32 by the graph become float32 constants: training sees full precision,
// and the cut finds a constant where it looks for one.
import { assert } from "../../errors.js";
import { type Graph, graphOf, type Value } from "../graph.js";
import { replaceValues } from "../rewrite.js";
import { bfloat16ToFloat32, float16ToFloat32, onnxTypeOf, tensorOf } from "../tensor-data.js";

const widen = { float16: float16ToFloat32, bfloat16: bfloat16ToFloat32 } as const;

export function widenConstants(graph: Graph): Graph {
  const replacements = new Map<Value, Value>();
  for (const { opType, domain, inputs, outputs, attributes } of graph.nodes) {
    const stored = inputs[0];
    if (opType !== "Cast" || domain !== "" || attributes.to?.value !== onnxTypeOf("float32")) continue;
    if (!stored?.constant || !(stored.dtype === "float16" || stored.dtype === "bfloat16")) continue;
    const { shape, data } = tensorOf(stored.constant);
    assert(data instanceof Uint16Array, `${stored.name} is not stored as 16-bit floats`);
    const tensor = { dtype: "float32", shape, data: widen[stored.dtype](data) } as const;
    // The cast's own name: in files that we shrank it is the weight's original one.
    replacements.set(outputs[0]!, { name: outputs[0]!.name, dtype: "float32", shape, constant: { tensor } });
  }
  if (replacements.size === 0) return graph;
  const { name, inputs, outputs } = replaceValues(graph, replacements);
  return graphOf(name, inputs, outputs);
}
