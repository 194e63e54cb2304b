import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { createNode, type Graph, graphOf, type Node, type Value } from "../../src/onnx/graph.js";
import { keepOutputNames, replaceValues, rewriteNodes } from "../../src/onnx/rewrite.js";
import { typed } from "../../src/onnx/shapes/dims.js";
import { float32 } from "../../src/tensor.js";
import { input, numbersOf, run } from "../helpers/run-graph.js";

const x = input("x", [2]);
const op = createOps();

describe("replaceValues", () => {
  it("replaces a constant everywhere and rebuilds what depends on it, nothing else", async () => {
    const two = op.constant("two", float32([], [2]));
    const same = op.Neg(x);
    const changed = op.Mul(same, two);
    const graph = graphOf("g", [x], [op.Add(changed, two), same]);
    const three = op.constant("three", float32([], [3]));
    const result = replaceValues(graph, new Map<Value, Value>([[two, three]]));
    expect(result.initializers).toEqual([three]);
    expect(result.nodes[0]).toBe(same.producer);
    expect(result.outputs[1]).toBe(same);
    expect(result.nodes[1]).not.toBe(changed.producer);
    expect(result.nodes[1]).toMatchObject({ name: changed.producer!.name, outputs: [{ name: changed.name }] });
    const outputs = await run(result, { x: float32([2], [1, 10]) });
    expect(outputs.map(numbersOf)).toEqual([
      [0, -27],
      [-1, -10],
    ]);
    // The graph it came from is as it was.
    expect(numbersOf((await run(graph, { x: float32([2], [1, 10]) }))[0]!)).toEqual([0, -18]);
  });

  it("replaces inputs and outputs", () => {
    const y = op.Exp(x);
    const pixels = { ...x, name: "pixel_values" };
    const { inputs, outputs, nodes } = replaceValues(graphOf("g", [x], [y, x]), new Map([[x, pixels]]));
    expect(inputs).toEqual([pixels]);
    expect(nodes[0]!.inputs).toEqual([pixels]);
    expect(outputs[0]!.producer).toBe(nodes[0]);
    expect(outputs[1]).toBe(pixels);
  });

  it("replaces a computed value; its node stays for who else reads it", () => {
    const y = op.Exp(x);
    const z = op.Neg(y);
    const { nodes } = replaceValues(graphOf("g", [x], [z]), new Map([[y, x]]));
    expect(nodes[0]).toBe(y.producer);
    expect(nodes[1]!.inputs).toEqual([x]);
  });

  it("reaches into subgraphs, and leaves alone those that do not read a key", () => {
    const [iteration, go, state] = [input("i", [], "int64"), input("go", [], "bool"), input("s", [2])];
    const loopWith = (captured: Value) => {
      const body = graphOf("body", [iteration, go, state], [op.Identity(go), op.Add(state, captured)]);
      return op.Loop(op.Gather(op.ints(3), 0), [x], body)[0]!;
    };
    const [step, other] = [input("step", [2]), input("other", [2])];
    const [first, second] = [loopWith(step), loopWith(other)];
    const graph = graphOf("g", [x, step, other], [first, second]);
    const replacement = input("other_step", [2]);
    const result = replaceValues(graph, new Map([[step, replacement]]));
    expect(result.outputs[1]).toBe(second);
    const loop = result.outputs[0]!.producer!;
    expect(loop).not.toBe(first.producer);
    const { body } = loop.attributes;
    expect(body!.type === "GRAPH" && typed(body!.value.outputs[1]!).producer!.inputs).toEqual([state, replacement]);
  });
});

const isNeg = ({ opType }: Node): boolean => opType === "Neg";
const opTypes = ({ nodes }: Graph) => nodes.map(({ opType }) => opType);

describe("rewriteNodes", () => {
  it("puts new nodes and constants where they are needed, each seeing the inputs it ends up with", async () => {
    const graph = graphOf("g", [x], [op.Exp(op.Neg(op.Neg(x)))]);
    const double = (value: Value): Value => op.Mul(value, op.constant("two", float32([], [2])));
    const result = rewriteNodes(graph, (node) => (isNeg(node) ? [double(node.inputs[0]!)] : undefined));
    expect(opTypes(result)).toEqual(["Mul", "Mul", "Exp"]);
    expect(result.initializers.map(({ name }) => name)).toEqual(["two", "two"]);
    expect(numbersOf((await run(result, { x: float32([2], [0, Math.log(3) / 4]) }))[0]!)).toEqual([1, 3]);
  });

  it("takes more constants at once than a call has arguments", () => {
    const numbers = Array.from({ length: 150_000 }, (_, i) => op.constant(`c${i}`, float32([], [i])));
    const sum = createNode({ opType: "Sum", domain: "", name: "sum", inputs: numbers, attributes: {} }, [
      { name: "y" },
    ]);
    const result = rewriteNodes(graphOf("g", [x], [op.Neg(x)]), (node) => (isNeg(node) ? sum.outputs : undefined));
    expect(result.initializers).toHaveLength(150_000);
  });

  it("rewrites in subgraphs, where an output must be computed within", async () => {
    const [iteration, go, state] = [input("i", [], "int64"), input("go", [], "bool"), input("s", [2])];
    const body = graphOf("body", [iteration, go, state], [op.Identity(go), op.Neg(op.Neg(state))]);
    const graph = graphOf("g", [x], [op.Loop(op.Gather(op.ints(3), 0), [x], body)[0]!]);
    const result = rewriteNodes(graph, (node) => (isNeg(node) ? [node.inputs[0]] : undefined));
    const loop = result.nodes.at(-1)!.attributes.body!;
    expect(loop.type === "GRAPH" && opTypes(loop.value)).toEqual(["Identity", "Identity"]);
    const feeds = { x: float32([2], [1, 2]) };
    expect(await run(result, feeds)).toEqual(await run(graph, feeds));
  });

  it("gives the same graph when nothing is rewritten", () => {
    const graph = graphOf("g", [x], [op.Exp(op.Neg(x))]);
    expect(rewriteNodes(graph, () => undefined)).toBe(graph);
  });

  it("does not take what is around a subgraph into it", () => {
    const around = op.Exp(x);
    const state = input("s", [2]);
    const body = graphOf("body", [state, around], [op.Neg(op.Add(state, around))]);
    const inner = { ...body, inputs: [state] };
    expect(opTypes(rewriteNodes(inner, (node) => (isNeg(node) ? [op.Exp(node.inputs[0]!)] : undefined)))).toEqual([
      "Add",
      "Exp",
    ]);
    expect(opTypes(replaceValues(inner, new Map([[around, op.Exp(around)]])))).toEqual(["Add", "Neg"]);
  });
});

describe("keepOutputNames", () => {
  const named = (name: string): Value => ({ name, dtype: "float32", shape: [2] });

  it("renames what computes an output, for everybody who reads it", async () => {
    const y = op.Exp(x);
    const graph = graphOf("g", [x], [y, op.Neg(y)]);
    const kept = keepOutputNames(graph, [named("y"), graph.outputs[1]!]);
    expect(kept.outputs.map(({ name }) => name)).toEqual(["y", graph.outputs[1]!.name]);
    expect(opTypes(kept)).toEqual(["Exp", "Neg"]);
    expect((await run(kept, { x: float32([2], [0, 0]) })).map(numbersOf)).toEqual([
      [1, 1],
      [-1, -1],
    ]);
  });

  it("renames outputs that are made of each other", () => {
    const y = op.Exp(x);
    const kept = keepOutputNames(graphOf("g", [x], [y, op.Neg(y)]), ["y", "z"].map(named));
    expect(kept.outputs.map(({ name }) => name)).toEqual(["y", "z"]);
    expect(opTypes(kept)).toEqual(["Exp", "Neg"]);
  });

  it("copies inputs, constants and what is an output already", async () => {
    const one = op.constant("one", float32([2], [1, 1]));
    const y = createNode({ opType: "Exp", domain: "", name: "", inputs: [x], attributes: {} }, [named("y")])
      .outputs[0]!;
    const graph = graphOf("g", [x], [y, y, x, one]);
    const kept = keepOutputNames(graph, ["y", "z", "p", "q"].map(named));
    expect(opTypes(kept)).toEqual(["Exp", "Identity", "Identity", "Identity"]);
    expect((await run(kept, { x: float32([2], [0, 0]) })).map(numbersOf)).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
      [1, 1],
    ]);
    expect(keepOutputNames(graph, graph.outputs)).toBe(graph);
  });
});
