import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { differentiate } from "../../../src/training-graph/differentiate.js";
import { input } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("MatMul");
});

describe("with a batch whose size is a symbol", () => {
  const gradients = (a: (number | string)[], b: (number | string)[]) => {
    const op = createOps();
    const parameters = [input("a", a), input("b", b)];
    const loss = op.ReduceSum(op.MatMul(parameters[0]!, parameters[1]!), undefined, { keepdims: 0 });
    return differentiate(op, loss, parameters);
  };

  it("gives the shapes of the operands", () => {
    for (const [a, b] of [
      [
        ["batch", 5, 3],
        [3, 4],
      ],
      [
        ["batch", 6, 5, 3],
        ["batch", 6, 3, 4],
      ],
      [
        ["batch", 3],
        [3, 4],
      ],
      [["batch", 3], [3]],
      [
        [5, 3],
        ["batch", 3, 4],
      ],
    ] as const) {
      expect(gradients([...a], [...b]).map(({ shape }) => shape)).toEqual([a, b]);
    }
  });

  it("sums over the batch inside one product, with nothing per sample, where it shares a layer's weights", () => {
    const [, db] = gradients(["batch", 5, 3], [3, 4]);
    expect(db!.producer!.opType).toBe("Gemm");
  });
});
