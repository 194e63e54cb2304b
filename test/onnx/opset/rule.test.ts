import { describe, expect, it } from "vitest";
import { constant, list } from "../../../src/onnx/emit.js";
import type { Node } from "../../../src/onnx/graph.js";
import {
  attribute,
  become,
  emitFor,
  float,
  int,
  ints,
  knownTensor,
  Refusal,
  refuse,
  requiredAttribute,
  requiredInput,
  string,
  without,
} from "../../../src/onnx/opset/rule.js";
import { float32, int64 } from "../../../src/tensor.js";
import { apply } from "../../helpers/opset.js";

const x = { name: "x" };
const attributes = {
  axis: int(2),
  axes: ints(1, 2),
  alpha: float(0.5),
  mode: string("edge"),
  big: { type: "INT", value: 2n ** 60n },
} as const;
const node: Node = { ...apply("Pad", [x, undefined], attributes)[0]!.producer! };

describe("reading a node", () => {
  it("gives attributes by their type", () => {
    expect(attribute(node, "axis", "INT")).toBe(2);
    expect(attribute(node, "big", "INT")).toBe(2 ** 60);
    expect(attribute(node, "axes", "INTS")).toEqual([1, 2]);
    expect(attribute(node, "alpha", "FLOAT")).toBe(0.5);
    expect(requiredAttribute(node, "mode", "STRING")).toBe("edge");
    expect(attribute(node, "none", "STRING")).toBeUndefined();
    expect(requiredInput(node, 0)).toBe(x);
  });

  it("says what is wrong with a file", () => {
    const unsound = [
      [() => attribute(node, "axis", "FLOATS"), "its attribute axis is no FLOATS"],
      [() => requiredAttribute(node, "pads", "INTS"), "it lacks the attribute pads"],
      [() => requiredInput(node, 1), "it lacks its input 1"],
    ] as const;
    for (const [read, reason] of unsound) expect(read).toThrow(new Refusal(reason, true));
    expect(() => refuse("it is odd")).toThrow(new Refusal("it is odd"));
  });

  it("leaves attributes out", () => {
    expect(without(node, "axis", "axes", "big")).toEqual({ alpha: float(0.5), mode: string("edge") });
  });

  it("finds a constant's content, whoever says it", () => {
    const tensor = int64([2], [1, 2]);
    const [stored] = apply("Constant", [], { value: { type: "TENSOR", value: { tensor } } });
    expect(knownTensor(constant("c", tensor))).toBe(tensor);
    expect(knownTensor(stored!)).toBe(tensor);
    expect(knownTensor(x)).toBeUndefined();
    expect(knownTensor(node.outputs[0]!)).toBeUndefined();
    expect(list("axes", [1, 2n])).toEqual({ name: "axes", dtype: "int64", shape: [2], constant: { tensor } });
  });
});

describe("writing a node", () => {
  it("keeps name and outputs, and no gaps at the end", () => {
    const described: Node = { ...node, outputs: [{ name: "y", dtype: "float32", shape: [1] }] };
    const [y] = become(described, { opType: "Identity", inputs: [x, undefined, undefined], attributes: {} });
    expect(y).toMatchObject({ name: "y", dtype: "float32", shape: [1] });
    expect(y!.producer).toMatchObject({ opType: "Identity", name: "pad", inputs: [x], attributes: {} });
    expect(y!.producer!.inputs).toHaveLength(1);
  });

  it("names what it adds after the node it is for", () => {
    const y = emitFor(node)("Cast", [x], { to: int(1) });
    expect(y).toMatchObject({
      name: "pad_Cast",
      producer: { opType: "Cast", domain: "", name: "pad_Cast", attributes: { to: int(1) } },
    });
    expect(emitFor({ ...node, name: "", outputs: [undefined, { name: "out" }] })("Abs", [x]).name).toBe("out_Abs");
    expect(emitFor({ ...node, name: "", outputs: [] })("Abs", [x]).name).toBe("Pad_Abs");
  });

  it("writes numbers as constants", () => {
    expect(constant("c", float32([], [2]))).toMatchObject({ dtype: "float32", shape: [] });
  });
});
