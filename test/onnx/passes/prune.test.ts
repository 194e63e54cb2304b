import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { prune } from "../../../src/onnx/passes/prune.js";
import { float32 } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const op = createOps();
const x = input("x", [2]);
const unread = input("unread", [2]);
const weight = op.constant("weight", float32([2], [2, 3]));
const dead = op.constant("dead", float32([2], [5, 6]));

describe("prune", () => {
  it("drops nodes and constants that no output needs, and keeps the order of the others", async () => {
    const first = op.Neg(x);
    const second = op.Exp(x);
    const y = op.Add(op.Mul(second, weight), first);
    const { nodes, initializers } = graphOf("g", [x, unread], [op.Mul(first, dead), y]);
    const pruned = prune({ name: "g", inputs: [x, unread], outputs: [y], nodes, initializers });
    expect(pruned.nodes.map(({ opType }) => opType)).toEqual(["Neg", "Exp", "Mul", "Add"]);
    expect(pruned.nodes).toEqual(nodes.filter((node) => pruned.nodes.includes(node)));
    expect(pruned.initializers).toEqual([weight]);
    expect(pruned.inputs).toEqual([x, unread]);
    const feeds = { x: float32([2], [0, 0]), unread: float32([2]) };
    expect((await run(pruned, feeds)).map(numbersOf)).toEqual([[2, 3]]);
  });

  it("makes plain constants of inputs that have one", () => {
    const y = op.Mul(x, weight);
    const graph = {
      name: "g",
      inputs: [weight, x, dead],
      outputs: [y],
      nodes: [y.producer!],
      initializers: [weight, dead],
    };
    expect(prune(graph)).toEqual({ ...graph, inputs: [x], initializers: [weight] });
  });

  it("keeps what only a subgraph reads, and lists constants that were not", () => {
    const [iteration, go] = [input("i", [], "int64"), input("go", [], "bool")];
    const state = input("state", [2]);
    const body = {
      ...graphOf("body", [iteration, go, state], [op.Identity(go), op.Mul(state, weight)]),
      initializers: [],
    };
    const y = op.Loop(op.Gather(op.ints(3), 0), [x], body)[0]!;
    const pruned = prune({ ...graphOf("g", [x], [y]), initializers: [] });
    expect(pruned.initializers).toContain(weight);
  });

  it("gives the same graph when nothing is to go", () => {
    const graph = graphOf("g", [x, unread], [op.Mul(x, weight)]);
    expect(prune(graph)).toBe(graph);
  });
});
