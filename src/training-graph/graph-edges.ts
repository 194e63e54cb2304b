// The edges of the graphs that training runs: their inputs, and the model around them.
import type { Dim, Graph, Model } from "../onnx/graph.js";
import { targetOpset } from "../onnx/schema.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import type { DType } from "../tensor.js";

export const input = (name: string, dtype: DType, shape: readonly Dim[]): TypedValue => ({ name, dtype, shape });

export const modelOf = (graph: Graph): Model => ({ graph, opsets: { "": targetOpset }, metadata: {} });
