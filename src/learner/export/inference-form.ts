// The trained network as others use it: what only training wants is gone.
import type { Model } from "../../onnx/graph.js";
import { withoutDropout } from "../../onnx/passes/drop-dropout.js";
import { foldBatchNorm } from "../../onnx/passes/fold-batch-norm.js";
import type { ExportForms } from "../border/report.js";

/** The same computation without dropout, and with batch normalisations folded into the layers before them if wanted. */
export function inferenceForm(model: Model, wanted: ExportForms): Model {
  const graph = withoutDropout(model.graph);
  return { ...model, graph: wanted.foldBatchNorm ? foldBatchNorm(graph) : graph };
}
