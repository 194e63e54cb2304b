import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { captured, type Graph, type Model, subgraphs, type Value } from "../../src/onnx/graph.js";
import { onnx } from "../../src/onnx/proto.js";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { writeModel } from "../../src/onnx/write.js";
import { stream } from "../../src/random.js";
import { describeShared, sharedPath } from "../helpers/shared.js";
import { file, fixture, floats, info, invalid, node, subgraph } from "./fixtures.js";

const everything = fixture("everything.onnx");
const read = (bytes: Uint8Array): Model => readModel(bytes, { source: "model.onnx" });
const names = (values: readonly (Value | undefined)[]): (string | undefined)[] => values.map((value) => value?.name);
const refusal = (...graph: Parameters<typeof file>) => invalid(() => read(file(...graph))).details;

describe("readModel", () => {
  const { graph, opsets, metadata } = read(everything);
  const made = (opType: string) => graph.nodes.find((node) => node.opType === opType)!;

  it("reads opsets, metadata, inputs and outputs", () => {
    expect(opsets).toEqual({ "": 21, "test.custom": 1, "test.functions": 1 });
    expect(metadata).toEqual({ "9": "nine", "10": "ten", author: "Bärbel" });
    expect(names(graph.inputs)).toEqual(["x", "condition", "trips", "sequence", "optional", "mapping"]);
    expect(names(graph.outputs)).toEqual(["y", "scanned", "x"]);
    expect(graph.inputs[0]).toMatchObject({ dtype: "float32", shape: ["batch", 3] });
    expect(graph.name).toBe("everything");
  });

  it("joins nodes by reference", () => {
    const dense = made("MatMul");
    expect(dense.inputs).toEqual([graph.inputs[0], graph.initializers.find(({ name }) => name === "weight")]);
    expect(dense.outputs[0]).toMatchObject({ name: "h", producer: dense, dtype: "float32", shape: [undefined, 3] });
    expect(made("Clip").inputs[0]).toBe(made("Loop").outputs[0]);
    expect(graph.outputs[2]).toBe(graph.inputs[0]);
  });

  it("marks optional inputs and outputs that are left out", () => {
    expect(names(made("Clip").inputs)).toEqual(["looped", undefined, "scalar"]);
    expect(names(made("Everything").outputs)).toEqual(["made", undefined, "also_made"]);
  });

  it("resolves what subgraphs take from outside", () => {
    const [loop, branch] = [made("Loop"), made("If")];
    const outside = subgraphs(loop).flatMap(captured);
    expect(new Set(outside)).toEqual(new Set([branch.outputs[0], graph.initializers[0]]));
    expect(
      subgraphs(branch)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["else_graph", "then_graph"]);
    for (const { nodes } of subgraphs(branch)) expect(nodes[0]!.inputs[0]).toBe(made("MatMul").outputs[0]);
  });

  it("takes a constant's type from the tensor, and leaves decoding to those who ask", () => {
    const weight = graph.initializers.find(({ name }) => name === "weight")!;
    expect(weight).toMatchObject({ dtype: "float32", shape: [3, 3] });
    expect(weight.constant).toEqual({ proto: graph.proto!.initializer[1] });
    expect(tensorOf(weight.constant!).data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
  });

  it("reads a sparse initializer as the Constant node that means the same", () => {
    const sparse = made("Everything").inputs[3]!;
    expect(sparse.producer).toMatchObject({
      opType: "Constant",
      inputs: [],
      attributes: { sparse_value: { type: "OTHER" } },
    });
    expect(graph.initializers).not.toContain(sparse);
  });

  it("reads ai.onnx as ONNX's own domain", () => {
    const { graph } = read(file({ node: [node("Relu", ["x"], ["y"], { domain: "ai.onnx" })] }));
    expect(graph.nodes[0]!.domain).toBe("");
  });

  it("takes initializers that are inputs too, as before IR version 4", () => {
    const { graph } = read(
      file({
        input: [info("x", 3), info("w", 3)],
        initializer: [floats("w", [3], [1, 2, 3])],
        node: [node("Mul", ["x", "w"], ["y"])],
      }),
    );
    expect(graph.inputs[1]).toBe(graph.initializers[0]);
    expect(graph.inputs[1]!.constant).toBeDefined();
  });

  it("sorts nodes that are out of order, through subgraphs", () => {
    const then_branch = subgraph("then_branch", { node: [node("Abs", ["late"], ["t"])], output: [info("t")] });
    const nodes = [
      node("If", ["x"], ["y"], { attribute: [then_branch] }),
      node("Neg", ["early"], ["late"]),
      node("Relu", ["x"], ["early"]),
    ];
    const { graph } = read(file({ node: nodes }));
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(["Relu", "Neg", "If"]);
    expect(subgraphs(graph.nodes[2]!)[0]!.nodes[0]!.inputs[0]).toBe(graph.nodes[1]!.outputs[0]);
  });

  it("lets a subgraph shadow an outer name, and end in an outer value", () => {
    const body = subgraph("body", {
      node: [node("Abs", ["x"], ["a"]), node("Neg", ["a"], ["n"])],
      output: [info("a"), info("x")],
    });
    const { graph } = read(
      file({ node: [node("Relu", ["x"], ["a"]), node("Loop", ["a"], ["y"], { attribute: [body] })] }),
    );
    const inner = subgraphs(graph.nodes[1]!)[0]!;
    expect(inner.outputs[0]).toBe(inner.nodes[0]!.outputs[0]);
    expect(inner.outputs[1]).toBe(graph.inputs[0]);
  });
});

describe("a model that contradicts itself is refused", () => {
  it("when a name is read that nothing defines", () => {
    expect(refusal({ node: [node("Conv", ["x", "gone"], ["y"], { name: "conv1" })] })).toEqual({
      source: "model.onnx",
      reason: 'the node "conv1" (Conv) reads "gone", which nothing defines',
      node: "conv1",
    });
    const body = subgraph("body", { node: [node("Abs", ["gone"], ["a"], { name: "inner" })] });
    expect(refusal({ node: [node("Loop", ["x"], ["y"], { attribute: [body] })] }).node).toBe("inner");
  });

  it("when a name is defined twice", () => {
    const relu = node("Relu", ["x"], ["y"]);
    expect(refusal({ node: [relu, node("Abs", ["x"], ["y"])] }).reason).toBe(
      'the node "y" (Abs) defines "y", which is defined already',
    );
    expect(refusal({ node: [node("Split", ["x"], ["y", "y"])] }).node).toBe("y");
    expect(refusal({ node: [relu], initializer: [floats("y", [1], [1])] }).reason).toContain('defines "y"');
    expect(refusal({ node: [relu], input: [info("x"), info("x")] }).reason).toContain('defines "x"');
    const w = floats("w", [1], [1]);
    expect(refusal({ node: [relu], initializer: [w, w] }).reason).toContain("two initializers");
  });

  it("when nodes depend on themselves", () => {
    expect(refusal({ node: [node("Add", ["x", "b"], ["y"]), node("Abs", ["y"], ["b"])] })).toMatchObject({
      reason: 'the node "y" (Add) depends on its own output',
      node: "y",
    });
  });

  it("when an output is missing, or all are", () => {
    expect(refusal({ node: [node("Relu", ["x"], ["z"])] }).reason).toBe('nothing defines "y", an output of its graph');
    expect(refusal({ output: [], node: [node("Relu", ["x"], ["y"])] }).reason).toBe("its graph has no outputs");
  });

  it("when names or operators are missing, or attributes double", () => {
    const relu = node("Relu", ["x"], ["y"]);
    expect(refusal({ node: [relu], input: [info("x"), info("")] }).reason).toContain("has no name");
    expect(refusal({ node: [new onnx.NodeProto({ input: ["x"], output: ["y"] })] }).reason).toContain("has no op_type");
    const alpha = new onnx.AttributeProto({ name: "alpha", type: 1, f: 1 });
    expect(refusal({ node: [node("Elu", ["x"], ["y"], { attribute: [alpha, alpha] })] }).reason).toContain(
      "two attributes",
    );
    expect(refusal({ node: [relu], initializer: [floats("w", [-3], [])] }).reason).toContain("size -3");
  });
});

/** Every graph of a model, subgraphs included. */
const graphsOf = (graph: Graph): Graph[] => [graph, ...graph.nodes.flatMap(subgraphs).flatMap(graphsOf)];

/** A model or regraft's own error, for the whole way: reading, decoding each tensor, writing, reading again. */
function survives(bytes: Uint8Array): boolean {
  try {
    const model = read(bytes);
    for (const { initializers } of graphsOf(model.graph)) {
      for (const { constant } of initializers) {
        try {
          if (constant) tensorOf(constant);
        } catch (error) {
          if (!isRegraftError(error)) throw error;
        }
      }
    }
    read(writeModel(model));
    return true;
  } catch (error) {
    if (!isRegraftError(error)) throw error;
    expect(error.message.length).toBeLessThan(1000);
    return false;
  }
}

describe("damaged files", () => {
  it("give a model or a RegraftError, never anything else", () => {
    const random = stream(7, "fuzz");
    let models = 0;
    for (let run = 0; run < 400; run++) {
      const bytes = run % 4 === 0 ? everything.slice(0, random.below(everything.length)) : everything.slice();
      const damage = run % 4 === 0 ? 0 : 1 + random.below(8);
      for (let i = 0; i < damage; i++) {
        const at = random.below(bytes.length);
        if (run % 4 === 1) bytes[at] = random.below(256);
        else if (run % 4 === 2) bytes[at]! ^= 1 << random.below(8);
        else bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length));
      }
      if (survives(bytes)) models++;
    }
    // Both ends are reached: some damage is harmless (in a doc string), most is not.
    expect(models).toBeGreaterThan(20);
    expect(models).toBeLessThan(350);
  });
});

describeShared("the embedded model", () => {
  it("is read without decoding a weight", () => {
    const model = read(readFileSync(sharedPath("models", "efficientnet-lite0.onnx")));
    expect(model.opsets[""]).toBe(17);
    expect(names(model.graph.inputs)).toEqual(["pixel_values"]);
    expect(names(model.graph.outputs)).toContain("logits");
    const weights = model.graph.initializers.filter(({ shape }) => shape?.length === 4);
    expect(weights.length).toBeGreaterThan(40);
    expect(model.graph.inputs[0]).toMatchObject({ dtype: "float32" });
  });
});
