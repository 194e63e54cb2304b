import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { type Attribute, createNode, graphOf, type Node, type Value } from "../../src/onnx/graph.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { type DType, float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { dependents, influences, missingRules, ruleOf } from "../../src/training-graph/reach.js";
import { formOf, reachBy, refuseMissing } from "../../src/training-graph/reach-by.js";
import { refusal } from "../helpers/refusal.js";
import { input } from "../helpers/run-graph.js";

const op = createOps();
const x = input("x", [2, 3]);
const w = input("w", [2, 3]);
const sum = (value: Value): TypedValue => op.ReduceSum(value, undefined, { keepdims: 0 });
const nodesTo = (...outputs: readonly Value[]): readonly Node[] => graphOf("g", [x, w], outputs).nodes;

const flag = input("flag", [], "bool");

/** A node with outputs [2, 3] of these types. */
function node(
  opType: string,
  inputs: readonly Value[],
  fields: Partial<Node> = {},
  dtypes: readonly DType[] = ["float32"],
): Node {
  const outputs = dtypes.map((dtype, i) => ({ name: `${opType}_${i}`, dtype, shape: [2, 3] }));
  return createNode({ opType, domain: "", name: "", inputs, attributes: {}, ...fields }, outputs);
}

/** What is missing on the way from `from` to `loss`. */
function missing(loss: Value, from: readonly Value[]): readonly Node[] {
  const nodes = nodesTo(loss);
  const active = dependents(nodes, from);
  return missingRules(
    nodes.filter(({ outputs }) => outputs.some((output) => output && active.has(output))),
    active,
  );
}

/** If `flag` is set `output`, else x; what is reckoned from `known` is reckoned in the branches. */
function choice(output: Value, known: readonly Value[] = [x, w]): Node {
  const branch = (value: Value): Attribute => ({
    type: "GRAPH",
    value: { ...graphOf("branch", [...known, flag], [value]), inputs: [] },
  });
  const attributes = { then_branch: branch(output), else_branch: branch(op.Identity(x)) };
  return node("If", [flag], { name: "/choice", attributes });
}

describe("ruleOf", () => {
  it("is of ONNX's own operators alone, by their own names", () => {
    const rule = (opType: string, domain = "") => ruleOf(node(opType, [x], { domain }));
    expect(Object.keys(rule("Conv")!)).toEqual(["X", "W", "B"]);
    expect(rule("Conv", "com.microsoft")).toBeUndefined();
    expect(rule("Selu")).toBeUndefined();
    expect(rule("constructor")).toBeUndefined();
  });
});

describe("dependents", () => {
  it("are the parameters and what has a gradient by them", () => {
    const product = op.Mul(x, w);
    const large = op.Greater(product, 0);
    const counted = op.Cast(large, { to: "float32" });
    const shaped = op.Reshape(w, op.Shape(product));
    const loss = sum(op.Add(op.Add(op.Where(large, product, 0), counted), shaped));
    const active = dependents(nodesTo(loss), [x]);
    expect([x, product, loss].every((value) => active.has(value))).toBe(true);
    // Comparisons, sizes, and what is made of them; and what comes from elsewhere.
    expect([w, large, counted, shaped, op.Shape(product)].filter((value) => active.has(value))).toEqual([]);
    expect(dependents(nodesTo(loss), []).size).toBe(0);
  });

  it("go through operators that nobody knows, but not through what these count", () => {
    const [odd] = node("Odd", [x]).outputs;
    const [, indices] = node("TopK", [x], {}, ["float32", "int64"]).outputs;
    const active = dependents(nodesTo(odd!, indices!), [x]);
    expect([active.has(odd!), active.has(indices!)]).toEqual([true, false]);
  });

  it("include what a subgraph makes of them", () => {
    const [chosen] = choice(op.Mul(x, w)).outputs;
    expect(dependents(nodesTo(chosen!), [w]).has(chosen!)).toBe(true);
    expect(dependents(nodesTo(chosen!), [input("other", [])]).has(chosen!)).toBe(false);
  });
});

describe("formOf", () => {
  it("names inputs, output and attributes as ONNX does", () => {
    const gemm = op.Gemm(x, w, undefined, { transB: 1 });
    expect(formOf(gemm.producer!)).toEqual({
      ...{ A: x, B: w, C: undefined, Y: gemm },
      attributes: { alpha: 1, beta: 1, transA: 0, transB: 1 },
    });
  });

  it("lists variadic inputs and outputs", () => {
    const joined = op.Concat([x, w], { axis: 0 });
    expect(formOf(joined.producer!)).toMatchObject({ inputs: [x, w], Y: joined, attributes: { axis: 0 } });
    const parts = op.Split(x, undefined, { axis: 1, num_outputs: 3 });
    expect(formOf(parts[0]!.producer!)).toMatchObject({ input: x, split: undefined, Y: parts });
  });
});

describe("missingRules", () => {
  it("are none where all have rules", () => {
    expect(missing(sum(op.Relu(op.MatMul(x, op.Transpose(w, {})))), [x, w])).toEqual([]);
  });

  it("names what has no rule on the way, and nothing beside it", () => {
    const [own, beside] = [node("Selu", [x]), node("Selu", [w])];
    const loss = sum(op.Mul(own.outputs[0] as TypedValue, beside.outputs[0] as TypedValue));
    expect(missing(loss, [x])).toEqual([own]);
    expect(missing(loss, [x, w])).toEqual([own, beside]);
  });

  it("names nodes of which a second output is used that depends on the parameters", () => {
    const norm = node("LayerNormalization", [x, w], {}, ["float32", "float32"]);
    const [y, mean] = norm.outputs as [TypedValue, TypedValue];
    expect(missing(sum(y), [x])).toEqual([]);
    expect(missing(sum(op.Add(y, mean)), [x])).toEqual([norm]);
    expect(missing(sum(op.Add(y, mean)), [w])).toEqual([norm]);
    // Where it is only measured, no gradient is asked for.
    expect(missing(sum(op.Reshape(y, op.Shape(mean))), [x])).toEqual([]);
  });

  it("names nodes that the parameters reach where the rule has no derivative", () => {
    const mean = op.ReduceMean(x, undefined, { keepdims: 0 });
    const clipped = op.Clip(w, undefined, mean);
    expect(missing(sum(clipped), [w])).toEqual([]);
    expect(missing(sum(op.Mul(clipped, x)), [x, w])).toEqual([clipped.producer]);
  });

  it("takes all parts of what is split", () => {
    const [first, , third] = op.Split(x, undefined, { axis: 1, num_outputs: 3 });
    expect(missing(sum(op.Mul(first!, third!)), [x])).toEqual([]);
  });

  it("names forms that a rule is not for", () => {
    expect(missing(sum(op.Slice(x, op.ints(1), op.ints(2), op.ints(1))), [x])).toEqual([]);
    const start = input("start", [1], "int64");
    const computed = createNode(
      { opType: "Slice", domain: "", name: "", inputs: [x, start, op.ints(2), op.ints(1)], attributes: {} },
      [{ name: "rest", dtype: "float32", shape: [2, undefined] }],
    );
    expect(missing(sum(computed.outputs[0]!), [x])).toEqual([computed]);
  });

  it("names a condition whose branches read what is trained, or what is made of it", async () => {
    const direct = choice(op.Mul(x, w));
    const loss = sum(op.Neg(direct.outputs[0]!));
    expect(missing(loss, [w])).toEqual([direct]);
    await refusal(() => differentiate(op, loss, [w]), "unsupported-op", "No gradient for If (/choice).");

    const made = op.Exp(w);
    const indirect = choice(op.Mul(x, made), [x, made]);
    expect(missing(sum(indirect.outputs[0]!), [w])).toEqual([indirect]);
    const nested = choice(indirect.outputs[0]!, [x, made]);
    expect(missing(sum(nested.outputs[0]!), [w])).toEqual([nested]);
    expect(missing(sum(nested.outputs[0]!), [input("other", [])])).toEqual([]);
  });
});

describe("refuseMissing", () => {
  const nodes = [
    node("Selu", [x], { name: "/act1" }),
    node("__proto__", [x], { name: "/odd" }),
    node("Selu", [x], { name: "" }),
  ];

  it("is content with none", () => {
    expect(refuseMissing([])).toBeUndefined();
  });

  it("names every node by its operator, and says what can be done", async () => {
    const error = await refusal(() => refuseMissing(nodes, () => "Do without."), "unsupported-op");
    expect(error.message).toBe("No gradient for Selu (/act1, Selu_0); __proto__ (/odd). Do without.");
    expect(Object.entries(error.details.ops)).toEqual([
      ["Selu", ["/act1", "Selu_0"]],
      ["__proto__", ["/odd"]],
    ]);
    await refusal(() => refuseMissing(nodes.slice(0, 1)), "unsupported-op", /\(\/act1\)\. Freeze the layers below\.$/);
  });
});

describe("influences", () => {
  it("are what a gradient of the output flows back to by the rules there are", () => {
    const [odd] = node("Odd", [w]).outputs as [TypedValue];
    const bias = op.constant("bias", float32([3]));
    const kept = op.Where(op.Greater(w, 0), op.Mul(x, bias), odd);
    const output = op.Neg(kept);
    const beside = op.Exp(output);
    const reached = influences(nodesTo(output, beside), output);
    expect([output, kept, x, bias, odd].filter((value) => !reached.has(value))).toEqual([]);
    // Behind an operator without a rule, behind a comparison, and what is made of the output.
    expect([w, beside].filter((value) => reached.has(value))).toEqual([]);
  });
});

describe("reachBy", () => {
  it("goes by the rules it is given alone", () => {
    const { ruleOf, derivativeOf } = reachBy({ gradients: { Neg: { X: () => x } }, coverage: {} });
    const [neg, add] = [node("Neg", [x]), node("Add", [x, w])];
    expect([ruleOf(neg), ruleOf(add)]).toEqual([{ X: expect.any(Function) }, undefined]);
    expect(derivativeOf(neg, 0)?.({}, 0)).toBe(x);
  });
});
