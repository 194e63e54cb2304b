// Stores a model's large float32 weights as float16 with a Cast behind each: half the size, still plain ONNX that any
// runtime loads. Usage: npx tsx scripts/shrink-model.ts in.onnx out.onnx
import { readFile, writeFile } from "node:fs/promises";
import { createNode, graphOf, type Value } from "../src/onnx/graph.js";
import { readModel } from "../src/onnx/read.js";
import { replaceValues } from "../src/onnx/rewrite.js";
import { float32ToFloat16, onnxTypeOf, tensorOf } from "../src/onnx/tensor-data.js";
import { writeModel } from "../src/onnx/write.js";

// Biases and batch-norm statistics are small and sensitive: they stay as they are.
const smallest = 1024;

const [input, output] = process.argv.slice(2);
if (!input || !output) throw new Error("usage: shrink-model.ts in.onnx out.onnx");
const model = readModel(await readFile(input), { source: input });
const replacements = new Map<Value, Value>();
for (const value of model.graph.initializers) {
  const tensor = value.constant && tensorOf(value.constant);
  if (tensor?.dtype !== "float32" || tensor.data.length < smallest) continue;
  const half = { dtype: "float16", shape: tensor.shape, data: float32ToFloat16(tensor.data as Float32Array) } as const;
  const stored: Value = {
    name: `${value.name}.float16`,
    dtype: "float16",
    shape: tensor.shape,
    constant: { tensor: half },
  };
  const fields = {
    opType: "Cast",
    domain: "",
    name: `${value.name}.cast`,
    inputs: [stored],
    attributes: { to: { type: "INT", value: onnxTypeOf("float32") } },
  } as const;
  replacements.set(
    value,
    createNode(fields, [{ name: value.name, dtype: "float32", shape: tensor.shape }]).outputs[0]!,
  );
}
const { name, inputs, outputs } = replaceValues(model.graph, replacements);
const graph = graphOf(name, inputs, outputs);
await writeFile(output, writeModel({ ...model, graph }));
console.log(`${replacements.size} weights stored as float16`);
