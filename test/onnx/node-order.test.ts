import { describe, expect, it } from "vitest";
import { sortNodes } from "../../src/onnx/node-order.js";
import type { NodeProto } from "../../src/onnx/proto.js";
import { info, node, subgraph } from "./fixtures.js";

const sorted = (nodes: readonly NodeProto[]): (string | undefined)[] =>
  sortNodes(nodes, ({ op_type }) => new Error(`cycle at ${op_type}`)).map(({ op_type }) => op_type);

describe("sortNodes", () => {
  it("leaves sorted nodes in their order", () => {
    const nodes = [
      node("A", ["x"], ["a"]),
      node("B", ["x"], ["b"]),
      node("C", ["b", "a", ""], ["c"]),
      node("D", [], ["d"]),
    ];
    expect(sorted(nodes)).toEqual(["A", "B", "C", "D"]);
  });

  it("puts each node behind those it reads", () => {
    const nodes = [
      node("C", ["a", "b"], ["c"]),
      node("B", ["a"], ["b"]),
      node("A", ["x"], ["a"]),
      node("D", ["x"], ["d"]),
    ];
    expect(sorted(nodes)).toEqual(["A", "B", "C", "D"]);
  });

  it("sees what subgraphs of subgraphs read, but not what they define", () => {
    const inner = subgraph("inner", { node: [node("Use", ["deep", "own", "shadow"], ["o"])], output: [info("late")] });
    const outer = subgraph("outer", {
      input: [info("own")],
      node: [node("If", ["own"], ["p"], { attribute: [inner] }), node("Make", [], ["shadow"])],
    });
    const nodes = [
      node("Loop", ["x"], ["y"], { attribute: [outer] }),
      node("Shadow", ["y"], ["shadow"]),
      node("Late", ["x"], ["late"]),
      node("Deep", ["x"], ["deep"]),
    ];
    expect(sorted(nodes)).toEqual(["Deep", "Late", "Loop", "Shadow"]);
  });

  it("refuses cycles, also through a subgraph and of one node", () => {
    expect(() => sorted([node("A", ["b"], ["a"]), node("B", ["a"], ["b"])])).toThrow("cycle at A");
    expect(() => sorted([node("A", ["a"], ["a"])])).toThrow("cycle at A");
    const body = subgraph("body", { node: [node("Use", ["y"], ["o"])] });
    expect(() => sorted([node("Loop", [], ["y"], { attribute: [body] })])).toThrow("cycle at Loop");
  });

  it("sorts 100,000 nodes in a row, given backwards", () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => node(`${i}`, [`v${i}`], [`v${i + 1}`]));
    expect(sorted(chain.toReversed())).toEqual(chain.map(({ op_type }) => op_type));
  });
});
