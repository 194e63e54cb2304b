import { describe, expect, it } from "vitest";
import { featuresOf } from "../../../../src/learner/engine/model/frozen-network.js";
import { classifier, counting, fixedTo, image, open, shapeOf, someRows, squash } from "../../../helpers/opening.js";
import { refusal } from "../../../helpers/refusal.js";
import { emit, weight } from "../../../helpers/tiny-network.js";

describe("openForMost", () => {
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
});
