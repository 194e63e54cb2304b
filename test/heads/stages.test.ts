import { describe, expect, it } from "vitest";
import type { Narrow } from "../../src/heads/classifier.js";
import { parametersOf, stagesOf } from "../../src/heads/stages.js";
import { createNode, graphOf, type Node, type Value } from "../../src/onnx/graph.js";
import { float32, int64 } from "../../src/tensor.js";

const constant = (count: number): Value => ({
  name: "w",
  dtype: "float32",
  shape: [count],
  constant: { tensor: float32([count]) },
});
const node = (...inputs: Value[]): Node =>
  createNode({ opType: "Op", domain: "", name: "", inputs, attributes: {} }, [{ name: "y" }]);
const narrow = (shape: readonly number[], ...nodes: Node[]): Narrow => ({ value: { name: "v" }, nodes, shape });

describe("stagesOf", () => {
  it("puts blocks of one resolution together", () => {
    const route = [
      narrow([2, 3, 8, 8]),
      narrow([2, 4, 4, 4], node(constant(10)), node()),
      narrow([2, 8, 4, 4], node(constant(5))),
      narrow([2, 8, 1, 1], node()),
      narrow([2, 9, 6], node(constant(7))),
      narrow([2, 8], node(constant(3))),
    ];
    expect(stagesOf(route)).toEqual([
      { resolution: "4×4", parameters: 15, operators: 3 },
      { resolution: "1×1", parameters: 0, operators: 1 },
      { resolution: "9 tokens", parameters: 7, operators: 1 },
      { resolution: "vector", parameters: 3, operators: 1 },
    ]);
  });

  it("counts a shared weight once, where it is seen first", () => {
    const shared = constant(6);
    const route = [narrow([2, 3, 8, 8]), narrow([2, 3, 4, 4], node(shared)), narrow([2, 5], node(shared, constant(1)))];
    expect(stagesOf(route).map(({ parameters }) => parameters)).toEqual([6, 1]);
  });
});

describe("parametersOf", () => {
  it("counts numbers, not shapes and axes, subgraphs included", () => {
    const axes: Value = { name: "axes", dtype: "int64", shape: [2], constant: { tensor: int64([2], [1, 2]) } };
    const inner = node(constant(4));
    const body = graphOf("body", [], [inner.outputs[0]!]);
    const loop = createNode(
      {
        opType: "Loop",
        domain: "",
        name: "",
        inputs: [constant(1)],
        attributes: { body: { type: "GRAPH", value: body } },
      },
      [{ name: "y" }],
    );
    expect(parametersOf([node(constant(10), axes), loop])).toBe(15);
  });
});
