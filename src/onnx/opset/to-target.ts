// From any opset that regraft reads to the target's, the functions that the file defines included.
import type { Model } from "../graph.js";
import { inlineFunctions } from "../passes/inline-functions.js";
import { targetOpset } from "../schema.js";
import { convertOpset } from "./convert.js";

/** @throws RegraftError as `convertOpset` and `inlineFunctions` do */
export function toTarget(model: Model, source: string): Model {
  // A file that imports no version of ONNX's own operators is from before there was more than one.
  const converted = { ...model, graph: convertOpset(model.graph, model.opsets[""] ?? 1, source) };
  // A function's body may be in another opset than the graph that calls it, or use none of ONNX's operators.
  const inlined = inlineFunctions(converted, source, (body, { "": opset }) =>
    opset === undefined ? body : convertOpset(body, opset, source),
  );
  return { ...inlined, opsets: { ...inlined.opsets, "": targetOpset } };
}
