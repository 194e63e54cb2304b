import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { cutClassifier } from "../../src/heads/cut.js";
import { createNode, graphOf, type Value } from "../../src/onnx/graph.js";
import { float32 } from "../../src/tensor.js";
import { input, numbersOf, run } from "../helpers/run-graph.js";
import { channelMeans, emit, imageOf, weight } from "../helpers/tiny-network.js";

const image = imageOf();
const features = channelMeans(image);
const int = (value: number) => ({ type: "INT", value }) as const;
const cut = (...outputs: Value[]) => cutClassifier(graphOf("g", [image], outputs), "tiny.onnx");

const gemm = (attributes = {}, w = weight("w", [3, 5])) =>
  emit("Gemm", [features, w, weight("b", [5])], { name: "fc", attributes });
const product = (name = "product") => emit("MatMul", [features, weight("w", [3, 5])], { name });

describe("cutClassifier", () => {
  const bias = weight("bias", [5]);
  const classifiers: [string, Value, string][] = [
    ["a Gemm", gemm(), "Gemm"],
    ["a Gemm of a transposed weight", gemm({ transB: int(1) }, weight("w", [5, 3])), "Gemm"],
    ["a MatMul", product(), "MatMul"],
    ["a MatMul and its bias", emit("Add", [product(), bias]), "MatMul"],
    ["a bias and its MatMul", emit("Add", [bias, product()]), "MatMul"],
    ["Softmax of it", emit("Softmax", [gemm()]), "Gemm"],
    [
      "all that changes no order",
      emit("Cast", [emit("Identity", [emit("Flatten", [emit("LogSoftmax", [gemm()])])])]),
      "Gemm",
    ],
  ];

  it.each(classifiers)("finds %s", async (_, output, layer) => {
    const { frozen, image: found, featureCount, classes, reason } = cut(output);
    expect({ featureCount, classes }).toEqual({ featureCount: 3, classes: 5 });
    expect(found.value).toBe(image);
    expect(frozen.nodes.map(({ opType }) => opType)).toEqual(["GlobalAveragePool", "Flatten"]);
    expect(frozen.inputs).toEqual([image]);
    expect(frozen.outputs).toMatchObject([{ name: "features", dtype: "float32", shape: ["batch", 3] }]);
    expect(reason).toContain(`${layer} "`);
    expect(reason).toContain('turns the 3 features of "features" into 5 classes');
    const [rows] = await run(frozen, { image: float32([2, 3, 1, 2], [1, 3, 0, 0, 5, 7, 0, 2, 4, 4, -1, 1]) });
    expect(numbersOf(rows!)).toEqual([2, 0, 6, 1, 4, 0]);
  });

  it("takes the first output that ends in a classifier, and mentions who else reads its features", () => {
    const other = emit("Relu", [features], { name: "map" });
    const { classes, reason } = cut(other, emit("Softmax", [gemm()], { name: "probabilities" }));
    expect(classes).toBe(5);
    expect(reason).toMatch(/before "probabilities"; others read these features too$/);
    expect(cut(gemm()).reason).toMatch(/the last dense layer before "fc"$/);
  });

  it("cuts an output of a node that has several", () => {
    const split = createNode({ opType: "Split", domain: "", name: "split", inputs: [features], attributes: {} }, [
      { name: "left" },
      { name: "right" },
    ]);
    const [, right] = split.outputs;
    const { frozen } = cut(emit("Gemm", [right, weight("w", [2, 4])]));
    expect(frozen.outputs).toMatchObject([{ name: "right", shape: ["batch", 2] }]);
    expect(frozen.nodes.at(-1)!.outputs.map((value) => value!.name)).toEqual(["left", "right"]);
  });

  const refused: [string, Value, string][] = [
    ["another layer", emit("Relu", [features], { name: "act" }), 'it ends in Relu "act", not in a dense layer'],
    ["a node without a name", emit("Relu", [features], { name: "" }), 'Relu ""'],
    [
      "an Add of two results",
      emit("Add", [features, features], { name: "sum" }),
      'Add "sum" does not add a constant bias to a MatMul',
    ],
    [
      "an Add to a product, of a result",
      emit("Add", [product(), features], { name: "sum" }),
      "does not add a constant bias",
    ],
    [
      "a computed weight",
      emit("Gemm", [features, features], { name: "fc" }),
      'the weight of Gemm "fc" is not a constant',
    ],
    [
      "a constant on the left",
      emit("MatMul", [weight("w", [5, 3]), features], { name: "mm" }),
      'the weight of MatMul "mm" is not a constant',
    ],
    [
      "a weight of three axes",
      emit("MatMul", [features, weight("w", [1, 3, 5])], { name: "mm" }),
      'MatMul "mm" has 3 axes, not 2',
    ],
    ["transposed features", gemm({ transA: int(1) }), 'Gemm "fc" transposes its features'],
    [
      "the image itself",
      emit("Gemm", [image, weight("w", [3, 5])], { name: "fc" }),
      'Gemm "fc" works on image, an input of the model',
    ],
    ["an input as output", image, "nothing computes it"],
  ];

  it.each(refused)("refuses %s, with the reason", (_, output, reason) => {
    try {
      cut(output);
      expect.unreachable();
    } catch (error) {
      expect(isRegraftError(error, "no-classifier-found") && error.details).toMatchObject({
        source: "tiny.onnx",
        tried: [expect.stringContaining(reason)],
      });
      expect((error as Error).message).toMatch(
        /^Found no classifier to replace in tiny\.onnx: output ".*: .*regraft needs/s,
      );
    }
  });

  it("gives the reason for every output, and none for a model without outputs", () => {
    const tried = (...outputs: Value[]) => {
      try {
        cut(...outputs);
      } catch (error) {
        return isRegraftError(error, "no-classifier-found") && error.details.tried;
      }
    };
    expect(tried(emit("Relu", [features], { name: "a" }), emit("Sigmoid", [features], { name: "b" }))).toEqual([
      'output "a": it ends in Relu "a", not in a dense layer',
      'output "b": it ends in Sigmoid "b", not in a dense layer',
    ]);
    expect(tried()).toEqual([]);
    expect(() => cut()).toThrow("Found no classifier to replace in tiny.onnx: it has no outputs.");
  });

  it("asks for an image first", () => {
    const text = input("tokens", ["batch", 128], "int64");
    expect(() => cutClassifier(graphOf("g", [text], []), "bert.onnx")).toThrow("bert.onnx is not an image model");
  });
});
