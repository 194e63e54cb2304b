import { expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { ruleOf } from "../../src/training-graph/reach.js";
import { input } from "../helpers/run-graph.js";

it("knows the rules of layers and of heads", () => {
  const op = createOps();
  const x = input("x", [1, 2, 3, 3]);
  const layer = op.Conv(
    x,
    op.constant("w", { dtype: "float32", shape: [2, 2, 1, 1], data: new Float32Array(4) }),
    undefined,
  );
  for (const { producer } of [layer, op.Relu(x)]) expect(ruleOf(producer!)).toBeDefined();
});
