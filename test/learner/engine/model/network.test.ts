import { describe, expect, it } from "vitest";
import { createNode } from "../../../../src/onnx/graph.js";
import { float32 } from "../../../../src/tensor.js";
import { classifier, counting, image, open, runtime, shapeOf, squash } from "../../../helpers/opening.js";
import { refusal } from "../../../helpers/refusal.js";
import { numbersOf } from "../../../helpers/run-graph.js";
import { emit, tinyModel, weight } from "../../../helpers/tiny-network.js";

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
