// PyTorch's gradients of convolutions, see ../../fixtures/make_conv.py.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import { differentiate } from "../../../src/training-graph/differentiate.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

type Operator = "Conv" | "ConvTranspose";
type Input = "X" | "W" | "B";

interface Fixture {
  readonly cases: readonly {
    readonly name: string;
    readonly operator: Operator;
    readonly attributes: Readonly<Record<string, number | readonly number[]>>;
    readonly shapes: Readonly<Record<Input | "Y", readonly number[]>>;
    readonly inputs: Readonly<Record<Input | "dY", readonly number[]>>;
    readonly gradients: Readonly<Record<Input, readonly number[]>>;
  }[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("../../fixtures/conv.json", import.meta.url), "utf8"));

/** The operator's gradients equal PyTorch's, with a batch whose size the graph does not know. */
export const testAgainstTorch = (operator: Operator): void =>
  it.each(fixture.cases.filter((one) => one.operator === operator))(
    `${operator}: $name`,
    async ({ attributes, shapes, inputs, gradients }) => {
      const op = createOps();
      const X = input("X", ["batch", ...shapes.X.slice(1)]);
      const parameters = [X, input("W", shapes.W), input("B", shapes.B)] as const;
      const Y = op[operator](...parameters, attributes);
      expect(Y.shape).toEqual(["batch", ...shapes.Y.slice(1)]);
      const dY = op.constant("dY", float32(shapes.Y, inputs.dY));
      const loss = op.ReduceSum(op.Mul(Y, dY), undefined, { keepdims: 0 });
      const names = ["X", "W", "B"] as const;
      const feeds = Object.fromEntries(names.map((name) => [name, float32(shapes[name], inputs[name])]));
      const found = await compute(differentiate(op, loss, parameters), parameters, feeds);
      for (const [i, name] of names.entries()) {
        expect(found[i]!.shape).toEqual(shapes[name]);
        // -0 is 0.
        expect(
          numbersOf(found[i]!).map((number) => number + 0),
          `d${name}`,
        ).toEqual(gradients[name]);
      }
    },
  );
