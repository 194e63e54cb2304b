import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { constant, emit } from "../../../src/onnx/emit.js";
import { type Attribute, type Graph, graphOf } from "../../../src/onnx/graph.js";
import { normalise } from "../../../src/onnx/normalise.js";
import { measureTypes, withTypes } from "../../../src/onnx/passes/measure-types.js";
import { float32 } from "../../../src/tensor.js";
import { differentiate } from "../../../src/training-graph/differentiate.js";
import { evaluate } from "../../helpers/evaluate.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Clip");
  testRule("Elu");
  testRule("HardSigmoid");
  testRule("HardSwish");
  testRule("LeakyRelu");
  testRule("Mish");
  testRule("PRelu");
  testRule("Relu");
  testRule("Sigmoid");
  testRule("Softplus");
  testRule("Tanh");
});

/** See ../../fixtures/make_activations.py. */
interface Fixture {
  readonly x: readonly number[];
  readonly dY: readonly number[];
  readonly cases: readonly Activation[];
}

interface Activation {
  readonly opType: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** A second operand [3]. */
  readonly other?: readonly number[];
  /** By x and by `other`. */
  readonly gradients: readonly (readonly number[])[];
}

const torch: Fixture = JSON.parse(readFileSync(new URL("../../fixtures/activations.json", import.meta.url), "utf8"));

/** The graph as it is after import, its types known. */
async function imported({ opType, opset, attributes, other }: Activation): Promise<Graph> {
  const x = input("x", ["batch", 3]);
  const operands = other ? [x, constant("other", float32([3], other))] : [x];
  const graph = graphOf("file", [x], [emit(opType, "y", operands, { attributes })]);
  const model = await normalise({ graph, opsets: { "": opset }, metadata: {} }, "the test's graph", evaluate);
  const types = await measureTypes(model, (count) => float32([count, 3]), evaluate);
  return withTypes(model.graph, types);
}

describe("against PyTorch, at kinks, beside them and up to ±100", () => {
  const name = ({ opType, attributes }: Activation): string =>
    `${opType} ${JSON.stringify(attributes, (key, value) => (key === "type" ? undefined : value))}`;

  it.each(torch.cases.map((one) => [name(one), one] as const))("%s", async (_, activation) => {
    const graph = await imported(activation);
    const [x] = graph.inputs;
    const other = graph.nodes.flatMap(({ inputs }) => inputs).find((value) => value?.name === "other");
    const op = createOps();
    const dY = op.constant("dY", float32([10, 3], torch.dY));
    const loss = op.ReduceSum(op.Mul(graph.outputs[0]!, dY), undefined, { keepdims: 0 });
    const found = await compute(differentiate(op, loss, other ? [x!, other] : [x!]), [x!], {
      x: float32([10, 3], torch.x),
    });
    expect(found).toHaveLength(activation.gradients.length);
    for (const [i, expected] of activation.gradients.entries()) {
      const scale = Math.max(1, ...expected.map(Math.abs));
      for (const [k, value] of numbersOf(found[i]!).entries()) {
        const message = `at x = ${i === 0 ? torch.x[k] : "all"}: ${value}, in PyTorch ${expected[k]}`;
        expect(Math.abs(value - expected[k]!) / scale, message).toBeLessThan(1e-6);
      }
    }
  });
});
