import { describe, expect, it, vi } from "vitest";
import { defaultTransform, type ImageTransform } from "../../../src/datasets/transform.js";
import { openNetwork } from "../../../src/learner/engine/network.js";
import type { Pretrained } from "../../../src/learner/engine/pretrained.js";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf, type Model } from "../../../src/onnx/graph.js";
import { replaceValues } from "../../../src/onnx/rewrite.js";
import { createNodeRuntime } from "../../../src/runtime/node.js";
import { float32, int64 } from "../../../src/tensor.js";
import { refusal } from "../../helpers/refusal.js";
import { input, numbersOf } from "../../helpers/run-graph.js";
import { emit, imageOf, tinyModel, weight } from "../../helpers/tiny-network.js";

const runtime = createNodeRuntime();
const { crop: _, ...uncropped } = defaultTransform;
const squash = (height: number, width: number): ImageTransform => ({ ...uncropped, resize: { height, width } });
const pretrained = (model: Model): Pretrained => ({
  model,
  name: "tiny.onnx",
  title: "tiny.onnx",
  sha256: "",
  transform: squash(4, 4),
  transformReason: "it is so",
  modelType: undefined,
  licence: undefined,
});
const open = (model: Model, transform = squash(4, 4), over = runtime) =>
  openNetwork({ ...pretrained(model), transform }, over, { device: "cpu", threads: 1 });

describe("openNetwork", () => {
  it("cuts the classifier off and loads what is left", async () => {
    const model = tinyModel({ classes: 5 });
    const network = await open({ ...model, metadata: { author: "us" } });
    expect(network).toMatchObject({ featureCount: 3, cut: { featureCount: 3, classes: 5 }, transform: squash(4, 4) });
    expect(network.model.metadata).toEqual({ author: "us" });
    expect(network.model.graph).toBe(network.cut.frozen);
    const { session } = network;
    const outputs = await session.run({ [session.inputNames[0]!]: float32([1, 3, 1, 2], [1, 3, 0, 0, 5, 7]) });
    expect(numbersOf(outputs[session.outputNames[0]!]!)).toEqual([2, 0, 6]);
    await session.release();
  });

  it("takes photos of the one size that the model fixes", async () => {
    await (await open(tinyModel({ size: 8 }), squash(8, 8))).session.release();
    const { details } = await refusal(
      () => open(tinyModel({ size: 8 }), squash(4, 6)),
      "invalid-argument",
      "tiny.onnx takes photos of 8×8 pixels, but they would be prepared as 4×6",
      "Set image.crop",
    );
    expect(details).toEqual({ name: "image", expected: "8×8 pixels", received: "4×6" });
  });

  const image = imageOf();
  const classifier = (features: Parameters<typeof emit>[1][number]): Model => ({
    graph: graphOf("odd", [image], [emit("MatMul", [features, weight("w", [3, 2])], { shape: undefined! })]),
    opsets: { "": 17 },
    metadata: {},
  });

  it("refuses operators that the runtime does not know, with its words", async () => {
    const unknown = emit("Magic", [image], { shape: ["batch", 3] });
    const error = await refusal(
      () => open(classifier(unknown)),
      "unsupported-model",
      "ONNX Runtime cannot load it",
      "Magic",
    );
    expect(error.cause).toBeDefined();
  });

  it("refuses a network that takes so many photos at a time", async () => {
    const one = input("image", [1, 3, 8, 8]);
    const { graph } = tinyModel();
    const fixed = replaceValues(graph, new Map([[graph.inputs[0]!, one]]));
    await refusal(
      () => open({ ...tinyModel(), graph: fixed }, squash(8, 8)),
      "unsupported-model",
      "it takes exactly 1 photo at a time",
      "dynamic_axes",
    );
  });

  const means = emit("GlobalAveragePool", [image], { name: "map", shape: ["batch", 3, 1, 1] });
  const second = createOps().constant("axes", int64([1], [1]));
  const row = emit("Unsqueeze", [emit("Flatten", [means], { name: "row", shape: ["batch", 3] }), second], {
    shape: ["batch", 1, 3],
  });

  it.each([
    ["a map of features", means, "It gives [2,3,1,1]"],
    ["each row within a list", row, "It gives [2,1,3]"],
  ])("refuses %s, and gives the session back", async (_, features, reason) => {
    const released = vi.fn();
    const noting: typeof runtime = {
      ...runtime,
      createSession: async (...args) => {
        const session = await runtime.createSession(...args);
        return { ...session, release: () => session.release().then(released) };
      },
    };
    await refusal(() => open(classifier(features), squash(4, 4), noting), "unsupported-model", "into features", reason);
    expect(released).toHaveBeenCalledOnce();
  });
});
