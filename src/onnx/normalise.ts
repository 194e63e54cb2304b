// One form for the models of all exporters, so that what comes after (cutting, differentiating) knows only one.
import type { Evaluate } from "./evaluate.js";
import type { Model } from "./graph.js";
import { convertOpset } from "./opset/convert.js";
import { constantsToInitializers } from "./passes/constants.js";
import { foldConstants } from "./passes/fold-constants.js";
import { inlineFunctions } from "./passes/inline-functions.js";
import { prune } from "./passes/prune.js";
import { singlePrecision } from "./passes/single-precision.js";
import { targetOpset } from "./schema.js";

/**
 * The same computation in the target opset and single precision, without functions, constants as constants, and nothing
 * left to compute that does not depend on an input.
 * @param source names the model in errors.
 * @throws RegraftError "unsupported-model" for an opset or operators that cannot be brought there.
 */
export async function normalise(model: Model, source: string, evaluate: Evaluate): Promise<Model> {
  // A file that imports no version of ONNX's own operators is from before there was more than one.
  const converted = { ...model, graph: convertOpset(model.graph, model.opsets[""] ?? 1, source) };
  // A function's body may be in another opset than the graph that calls it, or use none of ONNX's operators.
  const inlined = inlineFunctions(converted, source, (body, { "": opset }) =>
    opset === undefined ? body : convertOpset(body, opset, source),
  );
  const graph = prune(singlePrecision(constantsToInitializers(inlined.graph)));
  return foldConstants({ ...inlined, graph, opsets: { ...inlined.opsets, "": targetOpset } }, evaluate);
}
