import { describe, expect, it } from "vitest";
import { importModel } from "../../../../src/learner/engine/model/import-model.js";
import { graphOf, type Model } from "../../../../src/onnx/graph.js";
import { targetOpset } from "../../../../src/onnx/schema.js";
import { float32 } from "../../../../src/tensor.js";
import { evaluate } from "../../../helpers/evaluate.js";
import { refusal } from "../../../helpers/refusal.js";
import { input, numbersOf } from "../../../helpers/run-graph.js";
import { emit, tinyModel } from "../../../helpers/tiny-network.js";

const importing = (model: Model) => importModel(model, "m.onnx", evaluate);

describe("importModel", () => {
  it("brings a model to the target opset", async () => {
    const { model, image } = await importing({ ...tinyModel({ size: 8 }), opsets: { "": 9 } });
    expect(model.opsets).toEqual({ "": targetOpset });
    expect(image).toMatchObject({ channelsLast: false, height: 8, width: 8, batch: undefined });
    expect(image.value).toBe(model.graph.inputs[0]);
  });

  it("turns photos whose channels come last", async () => {
    const last = input("photo", ["batch", 2, 1, 3]);
    const means = emit("ReduceMean", [last], { name: "means", attributes: { axes: { type: "INTS", value: [1, 2] } } });
    const { model, image } = await importing({
      graph: graphOf("g", [last], [means]),
      opsets: { "": 13 },
      metadata: {},
    });
    expect(image).toMatchObject({ channelsLast: false, height: 2, width: 1 });
    expect(image.value.shape).toEqual(["batch", 3, 2, 1]);
    const { means: found } = await evaluate(model, { photo: float32([1, 3, 2, 1], [1, 3, 0, 4, 5, 5]) });
    expect(numbersOf(found!)).toEqual([2, 2, 5]);
  });

  it("refuses loops that may never end", async () => {
    const image = input("photo", ["batch", 3, 8, 8]);
    const body = graphOf("body", [], [emit("Relu", [image])]);
    const attributes = { body: { type: "GRAPH", value: body } } as const;
    const logits = emit("Loop", [undefined, undefined, image], { name: "logits", attributes });
    const model = { graph: graphOf("g", [image], [logits]), opsets: { "": targetOpset }, metadata: {} };
    await refusal(() => importing(model), "unsupported-model", 'Loop "logits" may run more than 10,000 rounds');
  });

  it("asks for an image before anything else", async () => {
    const text = input("tokens", ["batch", 128], "int64");
    const model = { graph: graphOf("g", [text], []), opsets: { "": 99 }, metadata: {} };
    await refusal(() => importing(model), "unsupported-model", "m.onnx is not an image model");
  });
});
