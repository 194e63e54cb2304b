import { describe, expect, it } from "vitest";
import { learntConstants, parametersOf } from "../../src/heads/weights.js";
import { createNode, type Node, type Value } from "../../src/onnx/graph.js";
import { float32, int64, sizeOf } from "../../src/tensor.js";

/** 1, 2, 3, … unless told otherwise. */
const constant = (name: string, shape: readonly number[], data?: readonly number[]): Value => {
  const numbers = data ?? Array.from({ length: sizeOf(shape) }, (_, i) => i + 1);
  return { name, dtype: "float32", shape, constant: { tensor: float32(shape, numbers) } };
};
const node = (opType: string, inputs: readonly (Value | undefined)[], group = 1, domain = ""): Node =>
  createNode({ opType, domain, name: opType, inputs, attributes: { group: { type: "INT", value: group } } }, [
    { name: `${opType}_y` },
  ]);
const out = ({ outputs }: Node): Value => outputs[0]!;

const image: Value = { name: "image", dtype: "float32", shape: ["batch", 3, 4, 4] };
const kernel = constant("kernel", [4, 3, 1, 1]);
const conv = node("Conv", [image, kernel]);
const x = out(conv);
/** Names of what is learnt by nodes after the first layer. */
const names = (...nodes: readonly Node[]) =>
  learntConstants([conv, ...nodes])
    .weights.slice(1)
    .map(({ name }) => name);

const w = constant("w", [4, 4]);
const b = constant("b", [4]);
const c = constant("c", [4]);
const one = constant("one", [1]);

describe("learntConstants", () => {
  it.each([
    ["Conv", [x, w, b], ["w", "b"]],
    ["ConvTranspose", [x, w, b], ["w", "b"]],
    ["Gemm", [x, w, b], ["w", "b"]],
    ["Gemm", [w, x], ["w"]],
    ["MatMul", [x, w], ["w"]],
    ["MatMul", [w, x], ["w"]],
    ["LayerNormalization", [x, b, c], ["b", "c"]],
    ["InstanceNormalization", [x, b, c], ["b", "c"]],
    ["PRelu", [x, b], ["b"]],
    ["PRelu", [x, one], ["one"]],
    ["Add", [x, b], ["b"]],
    ["Sub", [b, x], ["b"]],
    ["Mul", [x, b], ["b"]],
    ["Div", [x, b], ["b"]],
    ["Concat", [b, x, c], ["b", "c"]],
    ["Conv", [x, w, undefined], ["w"]],
  ] as const)("reads %s", (opType, inputs, expected) => {
    expect(names(node(opType, inputs))).toEqual(expected);
  });

  it.each([
    ["Add", one],
    ["Mul", constant("scalar", [])],
    ["Pow", b],
    ["Where", b],
    ["Min", b],
    ["Max", b],
    ["Reshape", { name: "shape", dtype: "int64", shape: [2], constant: { tensor: int64([2], [1, 4]) } }],
    ["Add", { name: "ids", dtype: "int64", shape: [2], constant: { tensor: int64([2], [1, 4]) } }],
  ] as [string, Value][])("takes what %s reads for part of a formula", (opType, value) => {
    expect(names(node(opType, [x, value]))).toEqual([]);
  });

  it("leaves masks out, but not what has yet to be learnt", () => {
    const add = (data: readonly number[]) => names(node("Add", [x, constant("m", [2, 2], data)]));
    expect(add([0, -100, -100, 0])).toEqual([]);
    expect(add([0, Number.NEGATIVE_INFINITY, 0, 0])).toEqual([]);
    expect(add([1, -100, -100, 1])).toEqual(["m"]);
    expect(add([0, 0, 0, 0])).toEqual(["m"]);
    expect(add([0, 1, 2, 0])).toEqual(["m"]);
  });

  it("leaves out what prepares the photo", () => {
    const centred = node("Sub", [image, constant("mean", [3, 1, 1])]);
    const scaled = node("Div", [out(centred), constant("std", [3, 1, 1])]);
    const data = node("BatchNormalization", [out(scaled), b, c, b, c]);
    const first = node("Conv", [out(data), kernel]);
    const found = learntConstants([centred, scaled, data, first, node("Mul", [out(first), b])]);
    expect(found.weights.map(({ name }) => name)).toEqual(["kernel", "b"]);
    expect(found.statistics).toEqual([]);
  });

  it("knows layers from what only shifts and scales", () => {
    const nodes = [node("Gemm", [x, w, b]), node("Add", [x, constant("position", [4, 4])])];
    const { weights } = learntConstants([conv, ...nodes]);
    expect(weights.map(({ name, isLayer }) => [name, isLayer])).toEqual([
      ["kernel", true],
      ["w", true],
      ["b", false],
      ["position", false],
    ]);
  });

  it("tells running statistics apart", () => {
    const norm = node("BatchNormalization", [x, b, c, constant("mean", [4]), constant("var", [4])]);
    const { weights, statistics } = learntConstants([conv, norm]);
    expect(weights.map(({ name }) => name)).toEqual(["kernel", "b", "c"]);
    expect(statistics.map(({ name, node }) => [name, node])).toEqual([
      ["mean", norm],
      ["var", norm],
    ]);
  });

  it("looks through what repeats or turns a constant", () => {
    const token = out(node("Expand", [out(node("Reshape", [constant("token", [1, 4])])), x]));
    expect(names(node("Concat", [token, x]))).toEqual(["token"]);
    expect(names(node("MatMul", [x, out(node("Transpose", [w]))]))).toEqual(["w"]);
    expect(names(node("Add", [x, out(node("Exp", [b]))]))).toEqual([]);
  });

  it("names each constant once, for its first reader", () => {
    const first = node("MatMul", [x, w]);
    const { weights } = learntConstants([conv, first, node("MatMul", [out(first), w])]);
    expect(weights.map(({ name, node }) => [name, node])).toEqual([
      ["kernel", conv],
      ["w", first],
    ]);
  });

  it("makes names unique, and up where the file has none", () => {
    const nodes = [node("Conv", [x, constant("w", [4, 4]), constant("", [4])]), node("MatMul", [x, w])];
    expect(names(...nodes, node("Mul", [x, constant("w", [4])]))).toEqual(["w", "Conv.2", "w_2", "w_3"]);
  });

  it("knows group normalisation, which normalises the groups without learning anything of them", () => {
    const [ones, zeros] = [constant("ones", [2], [1, 1]), constant("zeros", [2], [0, 0])];
    const groups = node("Reshape", [x]);
    const normalised = (x: Value, scale: Value) => names(groups, node("InstanceNormalization", [x, scale, zeros]));
    expect(normalised(out(groups), ones)).toEqual([]);
    expect(normalised(out(groups), constant("s", [2]))).toEqual(["s", "zeros"]);
    expect(normalised(x, ones)).toEqual(["ones", "zeros"]);
  });

  it("knows the bias of zeros before a batch normalisation", () => {
    const layer = node("Conv", [x, w, constant("zeros", [4], [0, 0, 0, 0])]);
    const norm = node("BatchNormalization", [out(layer), b, c, b, c]);
    expect(names(layer, norm)).toEqual(["w", "b", "c"]);
    expect(names(layer)).toEqual(["w", "zeros"]);
  });

  it("knows the kernel that blurs every channel alike", () => {
    const blur = constant("blur", [2, 1, 1, 3], [1, 2, 1, 1, 2, 1]);
    expect(names(node("Conv", [x, blur], 2))).toEqual([]);
    expect(names(node("Conv", [x, blur, constant("zeros", [2], [0, 0])], 2))).toEqual([]);
    expect(names(node("Conv", [x, blur, constant("bias", [2])], 2))).toEqual(["blur", "bias"]);
    expect(names(node("Conv", [x, constant("w", [2, 1, 1, 3])], 2))).toEqual(["w"]);
    expect(names(node("Conv", [x, constant("scale", [2, 1, 1, 1], [1, 1])], 2))).toEqual(["scale"]);
  });

  it("takes numbers beside the sizes of features for part of a formula", () => {
    const sizes = node("Cast", [out(node("Shape", [x]))]);
    expect(names(sizes.inputs[0]!.producer!, sizes, node("Div", [out(sizes), b]))).toEqual([]);
  });

  it("does not know other domains", () => {
    expect(names(node("Conv", [x, w], 1, "com.microsoft.nchwc"))).toEqual([]);
  });
});

describe("parametersOf", () => {
  it("counts numbers", () => {
    expect(parametersOf(learntConstants([conv, node("Gemm", [x, w, b])]).weights)).toBe(12 + 16 + 4);
    expect(parametersOf([])).toBe(0);
  });
});
