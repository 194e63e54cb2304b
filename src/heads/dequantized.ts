// Features of networks that compute in integers, as floats.
import { emit } from "../onnx/emit.js";
import type { Node, Value } from "../onnx/graph.js";

/** Operators that take integers, each followed by its scale and zero point among the inputs. */
const readers = new Set([
  ...["DequantizeLinear", "QLinearConv", "QLinearMatMul", "QGemm", "QLinearAdd", "QLinearMul", "QLinearConcat"],
  ...["QLinearAveragePool", "QLinearGlobalAveragePool", "QLinearSigmoid", "QLinearLeakyRelu", "QLinearReduceMean"],
]);

/** The value itself, or what it stands for where one of the nodes reads it as a quantized one. */
export function dequantized(value: Value, nodes: readonly Node[]): Value {
  const reader = nodes.find(({ opType, inputs }) => readers.has(opType) && inputs.includes(value));
  if (!reader) return value;
  const at = reader.inputs.indexOf(value);
  const name = `${value.name}_dequantized`;
  const inputs = [value, ...reader.inputs.slice(at + 1, at + 3)];
  return emit("DequantizeLinear", name, inputs, { dtype: "float32" });
}
