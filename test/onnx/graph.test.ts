import { describe, expect, it } from "vitest";
import {
  captured,
  consumers,
  createNode,
  type Graph,
  graphOf,
  type Node,
  reads,
  subgraphs,
  type Value,
  withOutputs,
} from "../../src/onnx/graph.js";
import { float32 } from "../../src/tensor.js";

const input = (name: string): Value => ({ name });
const constant = (name: string): Value => ({ name, constant: { tensor: float32([1]) } });
const node = (name: string, inputs: (Value | undefined)[], attributes: Node["attributes"] = {}, outputs = 1): Node =>
  createNode(
    { opType: "Any", domain: "", name, inputs, attributes },
    Array.from({ length: outputs }, (_, i) => ({ name: outputs === 1 ? name : `${name}${i}` })),
  );
const out = (node: Node): Value => node.outputs[0]!;
const names = (nodes: readonly { name: string }[]) => nodes.map(({ name }) => name);

describe("createNode", () => {
  it("makes outputs that name it as their producer, and leaves gaps where outputs are left out", () => {
    const made = createNode({ opType: "Split", domain: "", name: "s", inputs: [], attributes: {} }, [
      { name: "a", dtype: "float32" },
      undefined,
      { name: "b" },
    ]);
    expect(made.outputs[0]).toMatchObject({ name: "a", dtype: "float32", producer: made });
    expect(made.outputs[1]).toBeUndefined();
    expect(made.outputs[2]!.producer).toBe(made);
  });
});

describe("withOutputs", () => {
  it("describes outputs otherwise, on a new node; the old one is untouched", () => {
    const old = node("n", [input("x")], {}, 2);
    const [first, second] = withOutputs(old, [{ name: "logits", shape: [3] }]);
    expect(first).toMatchObject({ name: "logits", shape: [3] });
    expect(second!.name).toBe("n1");
    expect(first!.producer).toBe(second!.producer);
    expect(first!.producer).not.toBe(old);
    expect(first!.producer!.inputs).toBe(old.inputs);
    expect(names(old.outputs as Value[])).toEqual(["n0", "n1"]);
  });
});

describe("reads, subgraphs and captured", () => {
  const x = input("x");
  const outer = out(node("outer", [x]));
  const own = input("own");
  const weight = constant("w");
  const inside = node("inside", [own, outer, weight]);
  const deep: Graph = {
    name: "deep",
    inputs: [],
    outputs: [out(inside), x],
    nodes: [],
    initializers: [],
  };
  const branch = node("branch", [own], { then_branch: { type: "GRAPH", value: deep } });
  const body: Graph = {
    name: "body",
    inputs: [own],
    outputs: [out(branch)],
    nodes: [inside, branch],
    initializers: [weight],
  };
  const loop = node("loop", [undefined, x], { body: { type: "GRAPH", value: body } });

  it("reads operands, and what subgraphs at any depth take from outside", () => {
    expect(reads(inside)).toEqual([own, outer, weight]);
    expect(subgraphs(loop)).toEqual([body]);
    expect(captured(deep)).toEqual([out(inside), x]);
    expect(new Set(captured(body))).toEqual(new Set([outer, x]));
    expect(new Set(reads(loop))).toEqual(new Set([x, outer]));
  });

  it("finds the graphs of a list attribute", () => {
    const many = node("many", [], { cases: { type: "GRAPHS", value: [deep, body] }, k: { type: "INT", value: 1 } });
    expect(subgraphs(many)).toEqual([deep, body]);
  });

  it("counts a node once among a value's consumers, subgraphs' uses included", () => {
    const twice = node("twice", [outer, outer]);
    const graph: Graph = {
      name: "g",
      inputs: [x],
      outputs: [out(twice)],
      nodes: [outer.producer!, twice, loop],
      initializers: [],
    };
    const map = consumers(graph);
    expect(map.get(outer)).toEqual([twice, loop]);
    expect(map.get(x)).toEqual([outer.producer, loop]);
    expect(map.get(out(twice))).toBeUndefined();
  });
});

describe("graphOf", () => {
  const x = input("x");
  const w = constant("w");

  it("collects what computes the outputs, depth first in operand order, constants too", () => {
    const a = node("a", [x, w]);
    const b = node("b", [x]);
    const sum = node("sum", [out(a), out(b), w]);
    const unused = node("unused", [out(sum)]);
    const graph = graphOf("g", [x], [out(sum), out(a)]);
    expect(names(graph.nodes)).toEqual(["a", "b", "sum"]);
    expect(graph.initializers).toEqual([w]);
    expect(graph.outputs).toEqual([out(sum), out(a)]);
    expect(graph.nodes).not.toContain(unused);
  });

  it("stops at its inputs, whatever computes them", () => {
    const below = node("below", [x]);
    const above = node("above", [out(below)]);
    expect(names(graphOf("g", [out(below)], [out(above)]).nodes)).toEqual(["above"]);
  });

  it("includes a node of several outputs once", () => {
    const split = node("split", [x], {}, 2);
    const join = node("join", split.outputs as Value[]);
    expect(names(graphOf("g", [x], [out(join)]).nodes)).toEqual(["split", "join"]);
  });

  it("follows what subgraphs read", () => {
    const outer = node("outer", [x]);
    const body: Graph = { name: "b", inputs: [], outputs: [out(outer)], nodes: [], initializers: [] };
    const loop = node("loop", [], { body: { type: "GRAPH", value: body } });
    expect(names(graphOf("g", [x], [out(loop)]).nodes)).toEqual(["outer", "loop"]);
  });

  it("does not overflow the stack at 100,000 nodes in a row", () => {
    let value = x;
    for (let i = 0; i < 100_000; i++) value = out(node(`n${i}`, [value]));
    const graph = graphOf("g", [x], [value]);
    expect(graph.nodes).toHaveLength(100_000);
    expect(graph.nodes[0]!.name).toBe("n0");
  });
});
