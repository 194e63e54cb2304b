import { describe, expect, it } from "vitest";
import { type Attribute, createNode, type Value } from "../../src/onnx/graph.js";
import {
  axesOf,
  counted,
  describeNode,
  integerOf,
  integersOf,
  nodeName,
  numbersOf,
} from "../../src/onnx/node-facts.js";
import { float32, int64, type Tensor } from "../../src/tensor.js";

const constant = (tensor: Tensor): Value => ({
  name: "c",
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});
const node = (inputs: (Value | undefined)[], attributes: Record<string, Attribute> = {}) =>
  createNode({ opType: "Squeeze", domain: "", name: "", inputs, attributes }, []);

describe("nodeName, describeNode", () => {
  it("take the node's name, or else its first output's", () => {
    const named = (name: string, ...outputs: (string | undefined)[]) =>
      createNode(
        { opType: "Split", domain: "", name, inputs: [], attributes: {} },
        outputs.map((output) => (output === undefined ? undefined : { name: output })),
      );
    expect(nodeName(named("s", "a"))).toBe("s");
    expect(nodeName(named("", undefined, "b"))).toBe("b");
    expect(nodeName(named(""))).toBe("");
    expect(describeNode(named("", "a"))).toBe('Split "a"');
  });
});

describe("integerOf, integersOf", () => {
  it("read attributes of their type only", () => {
    const facts = node([], { axis: { type: "INT", value: -1n }, perm: { type: "INTS", value: [0, 2n] } });
    expect(integerOf(facts, "axis")).toBe(-1);
    expect(integersOf(facts, "perm")).toEqual([0, 2]);
    expect([integerOf(facts, "perm"), integersOf(facts, "axis"), integerOf(facts, "constructor")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("numbersOf", () => {
  it("reads constants as long as a shape may be", () => {
    const facts = node([
      constant(int64([2], [3, -1])),
      constant(float32([], [0.5])),
      { name: "computed" },
      undefined,
      constant(int64([65], new Array(65).fill(1))),
    ]);
    expect([0, 1, 2, 3, 4, 5].map((index) => numbersOf(facts, index))).toEqual([
      [3, -1],
      [0.5],
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("axesOf", () => {
  it("finds them as an input or as an attribute", () => {
    expect(axesOf(node([undefined, constant(int64([1], [2]))]))).toEqual([2]);
    expect(axesOf(node([undefined], { axes: { type: "INTS", value: [1, 3] } }))).toEqual([1, 3]);
    expect(axesOf(node([undefined]))).toBeUndefined();
  });
});

it("counts axes from the first dimension", () => {
  expect([counted(-1, 4), counted(2, 4)]).toEqual([3, 2]);
});
