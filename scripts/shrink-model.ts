// Stores a model's large float32 weights as float16: half the size, still plain ONNX that any runtime loads.
// Usage: npx tsx scripts/shrink-model.ts in.onnx out.onnx
import { readFile, writeFile } from "node:fs/promises";
import { halfWeights } from "../src/learner/export/half-weights.js";
import { readModel } from "../src/onnx/read.js";
import { writeModel } from "../src/onnx/write.js";

const [input, output] = process.argv.slice(2);
if (!input || !output) throw new Error("usage: shrink-model.ts in.onnx out.onnx");
const model = readModel(await readFile(input), { source: input });
await writeFile(output, writeModel({ ...model, graph: halfWeights(model.graph) }));
