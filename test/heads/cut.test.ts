import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { type Cut, cutClassifier } from "../../src/heads/cut.js";
import { createNode, graphOf, type Value } from "../../src/onnx/graph.js";
import { measureShapes } from "../../src/onnx/passes/measure-shapes.js";
import { float32, int64 } from "../../src/tensor.js";
import { evaluate } from "../helpers/evaluate.js";
import { numbersOf, run } from "../helpers/run-graph.js";
import { channelMeans, emit, imageOf, weight } from "../helpers/tiny-network.js";

const image = imageOf();
const features = channelMeans(image);
const int = (value: number) => ({ type: "INT", value }) as const;
const ints = (...value: number[]) => ({ type: "INTS", value }) as const;
const photos = {
  image: float32([2, 3, 2, 2], [1, 3, 0, 0, 5, 7, 0, 0, 4, 4, -1, 1, 2, 2, 2, 2, 0, 0, 0, 8, 1, 2, 3, 6]),
};

interface Request {
  readonly at?: string;
  readonly pool?: "own" | "concat";
}

const cutOf = (outputs: readonly Value[], { at, pool = "own" }: Request = {}): Promise<Cut> => {
  const graph = graphOf("g", [image], outputs);
  const model = { graph, opsets: { "": 18 }, metadata: {} };
  const measure = (values: readonly Value[]) => measureShapes(model, values, photos, evaluate);
  return cutClassifier(graph, { source: "tiny.onnx", image, at, pool, measure });
};

const rowsOf = async ({ frozen }: Cut): Promise<number[]> => numbersOf((await run(frozen, photos))[0]!);

const gemm = (attributes = {}, w = weight("w", [3, 5])) =>
  emit("Gemm", [features, w, weight("b", [5])], { name: "fc", attributes });
const product = (name = "product") => emit("MatMul", [features, weight("w", [3, 5])], { name });
const shape = (...dims: number[]): Value => ({
  name: "shape",
  dtype: "int64",
  shape: [dims.length],
  constant: { tensor: int64([dims.length], dims) },
});

describe("cutClassifier", () => {
  const bias = weight("bias", [5]);
  const classifiers: [string, Value, string][] = [
    ["a Gemm", gemm(), "Gemm"],
    ["a Gemm of a transposed weight", gemm({ transB: int(1) }, weight("w", [5, 3])), "Gemm"],
    ["a MatMul", product(), "MatMul"],
    ["a MatMul and its bias", emit("Add", [product(), bias]), "MatMul"],
    ["a bias and its MatMul", emit("Add", [bias, product()]), "MatMul"],
    ["Softmax of it", emit("Softmax", [gemm()]), "Gemm"],
    ["logits with axes of one", emit("Reshape", [gemm(), shape(-1, 5, 1, 1)]), "Gemm"],
    ["a scale after it", emit("Div", [gemm(), weight("temperature", [1], [2])]), "Gemm"],
    [
      "all that changes no order",
      emit("Cast", [emit("Identity", [emit("Flatten", [emit("LogSoftmax", [gemm()])])])], {
        attributes: { to: int(1) },
      }),
      "Gemm",
    ],
  ];

  it.each(classifiers)("finds %s", async (_, output, layer) => {
    const cut = await cutOf([output]);
    const { frozen, featureCount, classes, reason, route } = cut;
    expect({ featureCount, classes }).toEqual({ featureCount: 3, classes: 5 });
    expect(frozen.nodes.map(({ opType }) => opType)).toEqual(["GlobalAveragePool", "Flatten"]);
    expect(frozen.inputs).toEqual([image]);
    expect(frozen.outputs).toMatchObject([{ name: "features", dtype: "float32", shape: ["batch", 3] }]);
    expect(route.map(({ shape }) => shape)).toEqual([
      [2, 3, 2, 2],
      [2, 3, 1, 1],
      [2, 3],
    ]);
    expect(reason).toMatch(
      new RegExp(`^${layer} ".*" makes 5 classes and is the last layer .* gets the 3 features of "features"$`),
    );
    expect(await rowsOf(cut)).toEqual([1, 3, 2, 2, 2, 3]);
  });

  // Two channels of the map vote for four classes at every point.
  const map = emit("Conv", [image, weight("stem", [2, 3, 1, 1], [1, 0, 0, 0, 1, -1])], { name: "map" });
  const votes = emit("Conv", [map, weight("votes", [4, 2, 1, 1]), weight("b", [4])], { name: "votes" });
  const averaged = emit("Flatten", [emit("GlobalAveragePool", [emit("Relu", [votes])])]);

  it("cuts before a convolution whose votes are averaged, and averages the map itself", async () => {
    const cut = await cutOf([emit("Softmax", [averaged])]);
    expect({ ...cut, frozen: 0, route: 0 }).toMatchObject({ featureCount: 2, classes: 4 });
    expect(cut.reason).toMatch(/^Conv "votes" makes 4 classes .* gets the 2 channels of "map", averaged$/);
    expect(await rowsOf(cut)).toEqual([1, 1, 2, -1]);
  });

  it("gives means and maxima of the last feature map when asked to", async () => {
    const pooled = emit("Flatten", [emit("GlobalAveragePool", [map])], { name: "pooled" });
    const hidden = emit("Relu", [emit("Gemm", [pooled, weight("w1", [2, 6])])]);
    const output = emit("Gemm", [hidden, weight("w2", [6, 4])], { name: "fc2" });
    expect((await cutOf([output])).featureCount).toBe(6);
    const cut = await cutOf([output], { pool: "concat" });
    expect(cut).toMatchObject({ featureCount: 4, classes: 4 });
    expect(cut.reason).toContain('means and maxima of the 2 channels of "map", the last feature map');
    expect(await rowsOf(cut)).toEqual([1, 1, 3, 3, 2, -1, 2, 2]);
    // One of SqueezeNet's kind has its last map right before the classifier.
    expect(await rowsOf(await cutOf([averaged], { pool: "concat" }))).toEqual([1, 1, 3, 3, 2, -1, 2, 2]);
  });

  it("takes features as they are where there is no map", async () => {
    const tokens = emit("Reshape", [
      emit("Transpose", [image], { attributes: { perm: ints(0, 2, 3, 1) } }),
      shape(0, 4, 3),
    ]);
    const first = emit("Gather", [tokens, { ...shape(0), shape: [], constant: { tensor: int64([], [0]) } }], {
      name: "class token",
      attributes: { axis: int(1) },
    });
    const cut = await cutOf([emit("Gemm", [first, weight("w", [3, 7])])], { pool: "concat" });
    expect(cut).toMatchObject({ featureCount: 3, classes: 7 });
    expect(await rowsOf(cut)).toEqual([1, 5, 4, 2, 0, 1]);
  });

  it("knows maps whose channels come last by the axes of their mean", async () => {
    const last = emit("Transpose", [map], { name: "last", attributes: { perm: ints(0, 2, 3, 1) } });
    const mean = emit("ReduceMean", [last, shape(1, 2)], { attributes: { keepdims: int(0) } });
    const cut = await cutOf([emit("Gemm", [mean, weight("w", [2, 4])])], { pool: "concat" });
    expect(await rowsOf(cut)).toEqual([1, 1, 3, 3, 2, -1, 2, 2]);
  });

  it("prefers logits among several outputs, and takes the first that ends in a classifier", async () => {
    const other = emit("Relu", [features], { name: "map" });
    expect((await cutOf([other, emit("Softmax", [gemm()], { name: "probabilities" })])).reason).toMatch(
      /before "probabilities";/,
    );
    const logits = emit("MatMul", [features, weight("w", [3, 2])], { name: "logits" });
    expect((await cutOf([gemm(), logits])).classes).toBe(2);
  });

  it("takes what nothing reads for the last of several outputs", async () => {
    const hidden = emit("Gemm", [features, weight("w1", [3, 6])], { name: "hidden" });
    const last = emit("Gemm", [emit("Tanh", [hidden]), weight("w2", [6, 4])], { name: "last" });
    expect((await cutOf([hidden, last])).reason).toMatch(/before "last";/);
  });

  it("cuts an output of a node that has several", async () => {
    const split = createNode(
      { opType: "Split", domain: "", name: "split", inputs: [features, shape(1, 2)], attributes: { axis: int(1) } },
      [{ name: "left" }, { name: "right" }],
    );
    const { frozen } = await cutOf([emit("Gemm", [split.outputs[1], weight("w", [2, 4])])]);
    expect(frozen.outputs).toMatchObject([{ name: "right", shape: ["batch", 2] }]);
    expect(frozen.nodes.at(-1)!.outputs.map((value) => value!.name)).toEqual(["left", "right"]);
  });

  it("cuts off two classifiers that are averaged", async () => {
    const cut = await cutOf([emit("Add", [product("one"), product("two")], { name: "logits" })]);
    expect(cut).toMatchObject({ featureCount: 3, classes: 5 });
    expect(cut.reason).toMatch(
      /^MatMul "one" and MatMul "two" make 5 classes and are the last layers before "logits";/,
    );
  });

  const hidden = emit("Relu", [emit("Gemm", [features, weight("w1", [3, 6])])], { name: "hidden" });
  const refused: [string, Value, string][] = [
    ["another layer", emit("Tanh", [features], { name: "act" }), 'it ends in Tanh "act", not in a classifier'],
    ["an activation after a dense layer", hidden, 'it ends in Relu "hidden", not in a classifier'],
    ["no layer at all", emit("Identity", [features]), "no dense layer or convolution computes it"],
    [
      "a computed weight",
      emit("MatMul", [features, emit("Transpose", [features])], { name: "fc" }),
      'MatMul "fc" has no constant weight',
    ],
    ["a map of votes that nobody averages", votes, "it is [2,4,2,2] for 2 photos, not one row of classes for each"],
    [
      "photos that are not kept apart",
      emit("MatMul", [emit("Reshape", [features, shape(1, 6)]), weight("w", [6, 4])]),
      "it is [1,4] for 2 photos",
    ],
    [
      "a convolution that looks at places",
      emit("Flatten", [emit("GlobalAveragePool", [emit("Conv", [map, weight("w", [4, 2, 2, 2])], { name: "conv" })])]),
      'it ends in Conv "conv", a convolution of more than single points',
    ],
    [
      "tokens",
      emit("ReduceMean", [emit("MatMul", [emit("Reshape", [image, shape(0, 4, 3)]), weight("w", [3, 5])]), shape(1)], {
        name: "mean",
        attributes: { keepdims: int(0) },
      }),
      'it ends in ReduceMean "mean", not in a classifier',
    ],
    ["an input as output", image, "it is [2,3,2,2] for 2 photos"],
    ["a constant as output", emit("Identity", [weight("w", [2, 2])]), "the image has no part in it"],
  ];

  it.each(refused)("refuses %s, with the reason", async (_, output, reason) => {
    const error = await cutOf([output]).catch((error) => error);
    expect(isRegraftError(error, "no-classifier-found") && error.details).toMatchObject({
      source: "tiny.onnx",
      tried: [expect.stringContaining(reason)],
    });
    expect(error.message).toMatch(/^Found no classifier to replace in tiny\.onnx: output ".*: .*option `cut`/s);
  });

  it("gives the reason for every output, and none for a model without outputs", async () => {
    const tried = (...outputs: Value[]) => cutOf(outputs).catch(({ details }) => details.tried);
    expect(await tried(emit("Relu", [features], { name: "a" }), emit("Tanh", [features], { name: "b" }))).toEqual([
      'output "a": no dense layer or convolution computes it',
      'output "b": it ends in Tanh "b", not in a classifier',
    ]);
    expect(await tried()).toEqual([]);
    await expect(cutOf([])).rejects.toThrow("Found no classifier to replace in tiny.onnx: it has no outputs.");
  });

  describe("at a named value", () => {
    const output = emit("Gemm", [hidden, weight("w2", [6, 4])], { name: "fc2" });

    it("takes features as they are, and maps averaged or with their maxima", async () => {
      expect(await cutOf([output], { at: "hidden" })).toMatchObject({ featureCount: 6, classes: undefined });
      expect((await cutOf([output], { at: "hidden" })).reason).toContain('the option `cut` names "hidden"');
      const pooled = emit("Flatten", [emit("GlobalAveragePool", [map])]);
      expect(await rowsOf(await cutOf([pooled], { at: "map" }))).toEqual([1, 1, 2, -1]);
      expect(await rowsOf(await cutOf([pooled], { at: "map", pool: "concat" }))).toEqual([1, 1, 3, 3, 2, -1, 2, 2]);
    });

    it("may be the model's output, of a network without a classifier", async () => {
      expect(await rowsOf(await cutOf([features], { at: "features" }))).toEqual([1, 3, 2, 2, 2, 3]);
    });

    it.each([
      ["nothing", "has no such value; the last ones are Gemm, hidden, fc2, tokens, static."],
      ["HIDD", "has no such value; names like it are hidden."],
      ["w2", "has no such value"],
      ["tokens", "has [2,4,3] there"],
      ["static", "computes it without looking at the image"],
    ])("refuses %s", async (at, reason) => {
      const tokens = emit("Reshape", [image, shape(0, 4, 3)], { name: "tokens" });
      const fixed = emit("Identity", [weight("w", [2, 2])], { name: "static" });
      const refusal = cutOf([output, tokens, fixed], { at });
      await expect(refusal).rejects.toMatchObject({ code: "invalid-argument", details: { name: "cut" } });
      await expect(refusal).rejects.toThrow(`tiny.onnx ${reason}`);
    });
  });
});
