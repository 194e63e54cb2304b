import { expect, it } from "vitest";
import { createNode } from "../../src/onnx/graph.js";
import { tensorOutputs } from "../../src/onnx/tensor-values.js";

it.each([
  ["", "Split", ["a", "b"]],
  ["", "SplitToSequence", []],
  ["", "SequenceAt", ["a", "b"]],
  ["ai.onnx.ml", "ZipMap", []],
  ["local", "ZipMap", ["a", "b"]],
  ["constructor", "valueOf", ["a", "b"]],
])("knows of operators in the domain %j that %s gives %j", (domain, opType, names) => {
  const outputs = [{ name: "a" }, undefined, { name: "b" }];
  const node = createNode({ opType, domain, name: "", inputs: [], attributes: {} }, outputs);
  expect(tensorOutputs(node).map(({ name }) => name)).toEqual(names);
});
