// What training has made of a network: the head's weights in an exported folder.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";

/** The head's weight and bias, number by number. */
export function trainedWeights(exported: string): { weight: Float32Array; bias: Float32Array } {
  const { graph } = readModel(readFileSync(join(exported, "onnx/model.onnx")), { source: exported });
  const values = (name: string): Float32Array => {
    const constant = graph.initializers.find((value) => value.name === name)?.constant;
    if (!constant) throw new Error(`${exported} has no weights named ${name}`);
    return tensorOf(constant).data as Float32Array;
  };
  return { weight: values("classifier.weight"), bias: values("classifier.bias") };
}
