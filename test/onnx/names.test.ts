import { describe, expect, it } from "vitest";
import { createNode, type Graph, type Node, type Value } from "../../src/onnx/graph.js";
import { nameNodes, nameValues } from "../../src/onnx/names.js";
import { node as nodeProto } from "./fixtures.js";

const none: ReadonlySet<Value> = new Set();
const value = (name: string): Value => ({ name });
const node = (name: string, fields: Partial<Node> = {}): Node =>
  createNode({ opType: "Relu", domain: "", name, inputs: [], attributes: {}, ...fields }, [{ name: "" }]);
const graph = (nodes: readonly Node[]): Graph => ({ name: "g", inputs: [], outputs: [], nodes, initializers: [] });

describe("nameValues", () => {
  const naming = (values: readonly Value[], exact = none): (string | undefined)[] => {
    const names = nameValues(values, exact, undefined);
    return values.map((value) => names.of(value));
  };

  it("keeps free names and counts clashing ones up, past names that are wanted elsewhere", () => {
    expect(naming(["conv", "conv", "conv_1", "conv", "other"].map(value))).toEqual([
      "conv",
      "conv_2",
      "conv_1",
      "conv_3",
      "other",
    ]);
  });

  it("calls values without a name after their node", () => {
    expect(naming([node("").outputs[0]!, value(""), node("").outputs[0]!])).toEqual(["Relu", "value", "Relu_1"]);
  });

  it("keeps exact names whatever comes first, and asserts that they differ", () => {
    const [a, b, c] = [value("x"), value("x"), value("x")];
    expect(naming([a, b], new Set([b]))).toEqual(["x_1", "x"]);
    expect(() => naming([a, b, c], new Set([b, c]))).toThrow('called "x"');
    expect(() => naming([value("")], new Set([value("")]))).toThrow('called ""');
  });

  it("does not shadow names of the graph around, but lets neighbours share one", () => {
    const [x, inner, other] = [value("x"), value("x"), value("t")];
    const outer = nameValues([x], none, undefined);
    const first = nameValues([inner, other], none, outer);
    const second = nameValues([value("u"), other], none, outer);
    expect([first.of(inner), first.of(other), first.of(x), second.of(other)]).toEqual(["x_1", "t", "x", "t"]);
    expect(second.of(inner)).toBeUndefined();
    expect(outer.isTaken("t")).toBe(false);
  });

  it("names 20,000 values that want one name in no time, each differently", () => {
    const names = naming(Array.from({ length: 20_000 }, () => value("grad")));
    expect(new Set(names).size).toBe(20_000);
    expect(names.at(-1)).toBe("grad_19999");
  });
});

describe("nameNodes", () => {
  const naming = (nodes: readonly Node[]): (string | undefined)[] => {
    const names = nameNodes(graph(nodes));
    return nodes.map((node) => names.get(node));
  };

  it("gives each of our nodes a name of its own", () => {
    expect(naming([node(""), node("conv"), node(""), node("conv")])).toEqual(["Relu", "conv", "Relu_1", "conv_1"]);
  });

  it("leaves a file's nodes as they are: without a name, or with one that is not unique", () => {
    const fromFile = (name: string): Node => node(name, { proto: nodeProto("Relu", [], [], name ? { name } : {}) });
    expect(naming([node("same"), fromFile("same"), fromFile(""), fromFile("same"), node("")])).toEqual([
      "same_1",
      "same",
      "",
      "same",
      "Relu",
    ]);
  });

  it("tells copies of a file's node apart", () => {
    const proto = nodeProto("Relu", [], [], { name: "relu" });
    expect(naming([node("relu", { proto }), node("relu", { proto }), node("new", { proto })])).toEqual([
      "relu",
      "relu_1",
      "new",
    ]);
  });

  it("reaches into subgraphs", () => {
    const inner = node("conv");
    const outer = node("conv", { attributes: { body: { type: "GRAPH", value: graph([inner]) } } });
    const names = nameNodes(graph([outer]));
    expect([names.get(outer), names.get(inner)]).toEqual(["conv", "conv_1"]);
  });
});
