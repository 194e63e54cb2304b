import { expect, it } from "vitest";
import { inferenceForm } from "../../../src/learner/export/inference-form.js";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { float32 } from "../../../src/tensor.js";
import { input } from "../../helpers/run-graph.js";

it("takes dropout out of a network, and folds its norms if wanted", () => {
  const op = createOps();
  const x = input("x", [1, 2, 3, 3]);
  const vector = op.constant("vector", float32([2], [1, 1]));
  const conv = op.Conv(op.Dropout(x), op.constant("w", float32([2, 2, 1, 1], [1, 2, 3, 4])), undefined);
  const y = op.BatchNormalization(conv, vector, vector, vector, vector);
  const model = { graph: graphOf("g", [x], [y]), opsets: { "": 18 }, metadata: { key: "value" } };
  const plain = inferenceForm(model, {});
  expect(plain.graph.nodes.map(({ opType }) => opType)).toEqual(["Conv", "BatchNormalization"]);
  expect(plain).toMatchObject({ opsets: model.opsets, metadata: model.metadata });
  const folded = inferenceForm(model, { foldBatchNorm: true });
  expect(folded.graph.nodes.map(({ opType }) => opType)).toEqual(["Conv"]);
});
