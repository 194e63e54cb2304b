import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { createOps } from "../../src/onnx/builder.js";
import { createNode, graphOf, type Value } from "../../src/onnx/graph.js";
import { typed } from "../../src/onnx/shapes/dims.js";
import { float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

const x = input("x", [2]);
const feeds = { x: float32([2], [2, 3]) };
const sum = (op: ReturnType<typeof createOps>, value: Value) => op.ReduceSum(value, undefined, { keepdims: 0 });

describe("differentiate", () => {
  it("sums the contributions of a value that is used several times", async () => {
    const op = createOps();
    // x³ + 3/x, each x its own use
    const loss = sum(op, op.Mul(op.Mul(x, x), x));
    const [gradient] = differentiate(op, loss, [x]);
    expect(gradient!.shape).toEqual([2]);
    expect(numbersOf((await compute([gradient!], [x], feeds))[0]!)).toEqual([12, 27]);
  });

  it("gives gradients in the order of the parameters, each in its shape", async () => {
    const op = createOps();
    const bias = input("bias", [1]);
    const loss = sum(op, op.Mul(op.Div(x, bias), x));
    const gradients = differentiate(op, loss, [bias, x]);
    expect(gradients.map(({ shape }) => shape)).toEqual([[1], [2]]);
    const [db, dx] = await compute(gradients, [x, bias], { ...feeds, bias: float32([1], [0.5]) });
    expect(numbersOf(db!)).toEqual([-52]);
    expect(numbersOf(dx!)).toEqual([8, 12]);
  });

  it("computes nothing for what is not asked for: constants, and branches without parameters", () => {
    const op = createOps();
    const other = input("other", [2]);
    const weight = op.constant("w", float32([2], [1, 2]));
    const besides = op.Mul(other, other);
    const [gradient] = differentiate(op, sum(op, op.Mul(op.Mul(x, weight), besides)), [x]);
    const { nodes } = graphOf("gradient", [x, other], [gradient!]);
    // d = 1 repeated, times other², times w; other² is the forward's own node.
    expect(nodes.map(({ opType }) => opType).toSorted()).toEqual([
      "Expand",
      "Mul",
      "Mul",
      "Mul",
      "Mul",
      "Mul",
      "Shape",
    ]);
    expect(nodes).toContain(besides.producer);
  });

  it("does not need a rule where no gradient passes", async () => {
    const op = createOps();
    const rows = op.Exp(input("other", [2]));
    const [gradient] = differentiate(op, sum(op, op.Mul(x, rows)), [x]);
    expect(gradient!.shape).toEqual([2]);
  });

  it("takes no gradient from shapes, comparisons, conditions and what is computed from these", async () => {
    const op = createOps();
    const count = op.Cast(op.ReduceProd(op.Shape(x), undefined, { keepdims: 0 }), { to: "float32" });
    const large = op.Cast(op.Greater(x, 2.5), { to: "float32" });
    const chosen = op.Where(op.Greater(x, 2.5), op.Mul(x, x), x);
    const loss = sum(op, op.Mul(op.Add(chosen, large), count));
    const [gradient] = differentiate(op, loss, [x]);
    // 2·(x, or x² beyond 2.5, plus a step whose slope is 0).
    expect(numbersOf((await compute([gradient!], [x], feeds))[0]!)).toEqual([2, 12]);
  });

  it("gives a rule the input that is named as outputs are", async () => {
    const op = createOps();
    const [other, flags] = [input("other", [2]), input("flags", [2], "bool")];
    const gradients = differentiate(op, sum(op, op.Mul(op.Where(flags, x, op.Mul(other, other)), x)), [x, other]);
    const given = {
      ...feeds,
      other: float32([2], [5, 7]),
      flags: { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) },
    } as const;
    const [dx, dOther] = await compute(gradients, [x, other, flags], given);
    expect([numbersOf(dx!), numbersOf(dOther!)]).toEqual([
      [4, 49],
      [0, 42],
    ]);
  });

  it("refuses operators without a rule, all of them at once, with the names of their nodes", () => {
    const op = createOps();
    const node = (opType: string, name: string, value: Value, domain = "") =>
      createNode({ opType, domain, name, inputs: [value], attributes: {} }, [{ name, dtype: "float32", shape: [2] }])
        .outputs[0]!;
    const first = node("Selu", "/features/0/act", x);
    const custom = node("Mul", "/features/1/mul", first, "com.microsoft");
    const second = node("Selu", "/features/2/act", op.Neg(custom));
    const odd = node("constructor", "/odd", second);
    const attempt = () => differentiate(op, sum(op, odd), [x]);
    expect(attempt).toThrow(/Selu \(\/features\/0\/act, \/features\/2\/act\)/);
    try {
      attempt();
    } catch (error) {
      expect(isRegraftError(error, "unsupported-op") && error.details.ops).toEqual({
        Selu: ["/features/0/act", "/features/2/act"],
        Mul: ["/features/1/mul"],
        constructor: ["/odd"],
      });
    }
  });

  it("asserts that a gradient is as what it is a gradient of, and says of which node", () => {
    const op = createOps();
    const wrong = (shape: number[], dtype: "float32" | "float64" = "float32") =>
      createNode({ opType: "Neg", domain: "", name: "/liar", inputs: [x], attributes: {} }, [
        { name: "y", dtype, shape },
      ]).outputs[0]!;
    const attempt = (value: Value) => () => differentiate(op, sum(op, op.Cast(value, { to: "float32" })), [x]);
    expect(attempt(wrong([3]))).toThrow('the gradient of Neg "/liar" by input 0 is float32 [3], not float32 [2]');
    expect(attempt(wrong([2], "float64"))).toThrow("is float64 [2], not float32 [2]");
    expect(attempt(wrong([2]))).not.toThrow();
  });

  it("asserts a scalar loss, and one that depends on every parameter", () => {
    const op = createOps();
    expect(() => differentiate(op, op.Mul(x, x), [x])).toThrow("the loss must be a scalar, not [2]");
    expect(() => differentiate(op, sum(op, x), [x, input("loose", [1])])).toThrow("does not depend on loose");
  });

  it("gives 1 for the loss itself", async () => {
    const op = createOps();
    const loss = input("loss", []);
    const [gradient] = differentiate(op, loss, [loss]);
    expect(numbersOf((await compute([op.Neg(gradient!)]))[0]!)).toEqual([-1]);
  });

  it("walks 5,000 nodes in a row", async () => {
    const op = createOps();
    let value = x;
    for (let i = 0; i < 5000; i++) value = typed(op.Mul(value, 1 + (i % 2 ? 1 : -0.5)));
    const [gradient] = differentiate(op, sum(op, value), [x]);
    expect(graphOf("gradient", [x], [gradient!]).nodes.length).toBeGreaterThan(5000);
    // Each pair of steps multiplies by 0.5 · 2.
    expect(numbersOf((await compute([gradient!], [x], feeds))[0]!)).toEqual([1, 1]);
  });
});
