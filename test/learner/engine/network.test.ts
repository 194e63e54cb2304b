import { describe, expect, it } from "vitest";
import { defaultTransform, type ImageTransform } from "../../../src/datasets/transform.js";
import { featuresOf } from "../../../src/learner/engine/frozen-network.js";
import { openNetwork } from "../../../src/learner/engine/network.js";
import type { Pretrained } from "../../../src/learner/engine/pretrained.js";
import { createOps } from "../../../src/onnx/builder.js";
import { createNode, graphOf, type Model, type Value } from "../../../src/onnx/graph.js";
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
  cut: undefined,
  config: undefined,
  notices: [],
});
const open = (model: Model, transform = squash(4, 4), over = runtime, at?: string) =>
  openNetwork({ ...pretrained(model), transform }, over, { device: "cpu", threads: 1 }, { at, pool: "own" });

/** The runtime, and how many of its sessions live. */
function counting(): { runtime: typeof runtime; alive: () => number } {
  let alive = 0;
  const createSession: typeof runtime.createSession = async (...args) => {
    const session = await runtime.createSession(...args);
    alive++;
    return {
      ...session,
      release: async () => {
        alive--;
        await session.release();
      },
    };
  };
  return { runtime: { ...runtime, createSession }, alive: () => alive };
}

/** Exported for so many photos, which its Reshape insists on. */
function fixedTo(batch: number, reshape: (means: Value) => Value): Model {
  const photos = input("image", [batch, 3, 4, 4]);
  const means = emit("GlobalAveragePool", [photos], { name: "means", shape: [batch, 3, 1, 1] });
  const logits = emit("MatMul", [reshape(means), weight("w", [3, 2])], { name: "logits", shape: [batch, 2] });
  return { graph: graphOf("fixed", [photos], [logits]), opsets: { "": 17 }, metadata: {} };
}
const shapeOf = (...dims: number[]) => createOps().constant("shape", int64([dims.length], dims));
const someRows = (count: number) =>
  float32(
    [count, 3, 4, 4],
    Array.from({ length: count * 48 }, (_, i) => i),
  );

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
  const classifier = (features: Value): Model => ({
    graph: graphOf("odd", [image], [emit("MatMul", [features, weight("w", [3, 2])], { shape: undefined! })]),
    opsets: { "": 17 },
    metadata: {},
  });

  it("refuses operators that the runtime does not know, with its words", async () => {
    const fields = { opType: "Magic", domain: "com.example", name: "magic", inputs: [image], attributes: {} };
    const [unknown] = createNode(fields, [{ name: "features", dtype: "float32", shape: ["batch", 3] }]).outputs;
    const model = { ...classifier(unknown!), opsets: { "": 17, "com.example": 1 } };
    const error = await refusal(
      () => open(model),
      "unsupported-model",
      "ONNX Runtime could not",
      "Magic",
      "export it again",
    );
    expect(error.cause).toBeDefined();
  });

  it("says that it may be the photos' size, where the file leaves that open", async () => {
    const row = emit("Add", [emit("Flatten", [image]), weight("positions", [1, 3 * 64])], { shape: ["batch", 192] });
    const said = ["could not load", "Photos of 4×4 were tried", "image.resize", "preprocessor_config.json"];
    await refusal(() => open(classifier(row)), "unsupported-model", ...said);
  });

  it("cuts where the caller says", async () => {
    const network = await open(tinyModel(), squash(4, 4), runtime, "image_is_not_a_name").catch(({ code }) => code);
    expect(network).toBe("invalid-argument");
  });

  it("frees a batch that the exporter has fixed, when that gives the same features", async () => {
    const { runtime, alive } = counting();
    const model = fixedTo(1, (means) => emit("Reshape", [means, shapeOf(1, 3)], { name: "row", shape: [1, 3] }));
    const network = await open(model, squash(4, 4), runtime);
    expect(network.batch).toBeUndefined();
    expect(network.model.graph.inputs[0]!.shape![0]).not.toBe(1);
    expect(Array.from(await featuresOf(network, someRows(3)))).toEqual([
      7.5, 23.5, 39.5, 55.5, 71.5, 87.5, 103.5, 119.5, 135.5,
    ]);
    expect(alive()).toBe(1);
    await network.session.release();
  });

  it("runs as many photos at a time as the model insists on, when it cannot be freed", async () => {
    const { runtime, alive } = counting();
    // Constants that differ from photo to photo of a batch: there is no telling what they should be for more.
    const offsets = weight("offsets", [2, 3], [0, 0, 0, 1, 1, 1]);
    const model = fixedTo(2, (means) =>
      emit("Add", [emit("Flatten", [means]), offsets], { name: "row", shape: [2, 3] }),
    );
    const network = await open(model, squash(4, 4), runtime);
    expect(network.batch).toBe(2);
    expect(Array.from(await featuresOf(network, someRows(3)))).toEqual([
      7.5, 23.5, 39.5, 56.5, 72.5, 88.5, 103.5, 119.5, 135.5,
    ]);
    expect(alive()).toBe(1);
    await network.session.release();
  });

  it("runs photos one at a time where they influence each other", async () => {
    const flat = emit("Flatten", [emit("GlobalAveragePool", [image])], { shape: ["batch", 3] });
    const largest = emit("ReduceMax", [flat, shapeOf(0)], { shape: [1, 3] });
    const row = emit("Sub", [flat, largest], { name: "row", shape: ["batch", 3] });
    const network = await open({ ...classifier(row), opsets: { "": 18 } });
    expect(network.batch).toBe(1);
    expect(network.model.graph.inputs[0]!.shape![0]).toBe(1);
    expect(Array.from(await featuresOf(network, someRows(2)))).toEqual([0, 0, 0, 0, 0, 0]);
    await network.session.release();
  });

  it("refuses networks that are right for two photos only", async () => {
    const means = emit("GlobalAveragePool", [image], { shape: ["batch", 3, 1, 1] });
    const row = emit("Reshape", [emit("Expand", [means, shapeOf(2, 3, 1, 1)]), shapeOf(2, 3)], {
      name: "row",
      shape: [2, 3],
    });
    const reason = "6 features for a batch of 1, not 3 for each photo";
    await refusal(() => open(classifier(row)), "unsupported-model", reason, "export it again");
  });

  it("refuses what would take absurd amounts of memory before it runs", async () => {
    const { runtime, alive } = counting();
    const huge = emit("Tile", [image, shapeOf(1, 1, 10_000, 10_000)], { name: "huge", shape: undefined! });
    const model = classifier(emit("Flatten", [emit("GlobalMaxPool", [huge])], { shape: ["batch", 3] }));
    await refusal(() => open(model, squash(4, 4), runtime), "unsupported-model", '"huge" takes 35.8 GiB', "Export it");
    expect(alive()).toBe(0);
  });

  it("gives all sessions back when the network cannot be used", async () => {
    const { runtime, alive } = counting();
    const flat = emit("Reshape", [emit("GlobalAveragePool", [image]), shapeOf(1, -1)], {
      name: "row",
      shape: [1, "n"],
    });
    await refusal(() => open(classifier(flat), squash(4, 4), runtime), "unsupported-model", "MatMul");
    expect(alive()).toBe(0);
  });
});
