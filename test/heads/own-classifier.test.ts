import { describe, expect, it } from "vitest";
import { cutClassifier } from "../../src/heads/cut.js";
import { ownClassifier } from "../../src/heads/own-classifier.js";
import { graphOf, type Value } from "../../src/onnx/graph.js";
import { measureShapes } from "../../src/onnx/passes/measure-shapes.js";
import { float32 } from "../../src/tensor.js";
import { evaluate } from "../helpers/evaluate.js";
import { channelMeans, emit, imageOf, weight } from "../helpers/tiny-network.js";

const image = imageOf();
const features = channelMeans(image);
const photos = {
  image: float32(
    [2, 3, 2, 2],
    Array.from({ length: 24 }, (_, i) => (i * 7) % 5),
  ),
};

async function found(output: Value, pool: "own" | "concat" = "own") {
  const model = { graph: graphOf("g", [image], [output]), opsets: { "": 18 }, metadata: {} };
  const measure = (values: readonly Value[]) => measureShapes(model, values, photos, evaluate);
  const cut = await cutClassifier(model.graph, { source: "tiny.onnx", image, pool, measure });
  return ownClassifier(model, cut, evaluate);
}

/** Three features to two classes. */
const [rows, bias] = [[1, -2, 3, 0.5, 4, -0.25], weight("b", [2], [10, -20])];
const linear = { weight: float32([2, 3], rows), bias: float32([2], [10, -20]) };
const int = (value: number) => ({ type: "INT", value }) as const;

describe("ownClassifier", () => {
  it.each<[string, Value]>([
    ["a Gemm", emit("Gemm", [features, weight("w", [2, 3], rows), bias], { attributes: { transB: int(1) } })],
    [
      "a MatMul and its bias",
      emit("Add", [emit("MatMul", [features, weight("w", [3, 2], [1, 0.5, -2, 4, 3, -0.25])], { name: "fc" }), bias]),
    ],
    [
      "a scale after it",
      emit("Div", [
        emit(
          "Gemm",
          [
            features,
            weight(
              "w",
              [2, 3],
              rows.map((x) => 2 * x),
            ),
            weight("b", [2], [20, -40]),
          ],
          {
            attributes: { transB: int(1) },
            name: "fc",
          },
        ),
        weight("two", [1], [2]),
      ]),
    ],
    [
      "a convolution whose map is averaged",
      emit("Flatten", [
        emit("GlobalAveragePool", [
          emit("Conv", [emit("Relu", [image], { name: "map" }), weight("w", [2, 3, 1, 1], rows), bias], {
            name: "conv",
          }),
        ]),
      ]),
    ],
  ])("is weight and bias of %s", async (_, output) => {
    expect(await found(output)).toEqual(linear);
  });

  it("says why it is none", async () => {
    const gemm = emit("Gemm", [features, weight("w", [2, 3], rows), bias], { attributes: { transB: int(1) } });
    expect(await found(emit("Softmax", [gemm], { attributes: { axis: int(1) } }))).toMatch(/no linear function/);
    const map = emit("Relu", [image], { name: "map" });
    const means = emit("Flatten", [emit("GlobalAveragePool", [map], { name: "pool" })], { name: "means" });
    const onMeans = emit("Gemm", [means, weight("w", [2, 3], rows), bias], { attributes: { transB: int(1) } });
    expect(await found(onMeans, "concat")).toBe("its classifier works on other features than a head does");
  });

  it("is none where the caller says where to cut", async () => {
    const gemm = emit("Gemm", [features, weight("w", [2, 3], rows), bias], { attributes: { transB: int(1) } });
    const model = { graph: graphOf("g", [image], [gemm]), opsets: { "": 18 }, metadata: {} };
    const measure = (values: readonly Value[]) => measureShapes(model, values, photos, evaluate);
    const cut = await cutClassifier(model.graph, { source: "t", image, at: "features", pool: "own", measure });
    expect(await ownClassifier(model, cut, evaluate)).toBe("no classifier was cut off");
  });
});
