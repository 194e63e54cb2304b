import { describe, expect, it } from "vitest";
import { exportOf } from "../../../src/learner/engine/export-of.js";
import { openLearner } from "../../../src/learner/engine/open-learner.js";
import { validation } from "../../../src/learner/engine/training/validation.js";
import { toSpec } from "../../../src/learner/options.js";
import { float32 } from "../../../src/tensor.js";
import { initialState } from "../../../src/training-graph/step.js";
import { convWeights } from "../../helpers/conv-network.js";
import { changed, convOptions, watchedPlatform, weightsOf } from "../../helpers/unfreezing.js";

const { signal } = new AbortController();
const labels = Int32Array.of(0, 1, 2);
const evaluation = { loss: 0.25, logits: Float32Array.of(9, 0, 0, 0, 9, 0, 9, 0, 0) };
const filled = (shape: readonly number[], value: number) =>
  float32(shape, new Float32Array(shape.reduce((size, n) => size * n, 1)).fill(value));

describe("exportOf", () => {
  it("writes the head, what layers learn and what frozen ones have learnt, and tells of the training", async () => {
    const { opened, boundary } = await openLearner(watchedPlatform(), toSpec(convOptions()), {
      signal,
      emit: () => {},
    });
    const request = { forms: { softmax: true }, fits: [], range: undefined };
    const trial = {
      count: async () => ({ train: 27, valid: 9, skipped: [], stepsPerEpoch: 2 }),
      validate: async () => validation(evaluation, labels, opened.photos.classes, ["accuracy"]),
    };
    const start = initialState(opened.head, opened.optimizer);
    const plain = await exportOf(opened, { state: start, learnt: {} }, request, trial);
    const [early, late] = [convWeights[0]![1]!, convWeights[2]![1]!];
    const state = {
      ...start,
      "classifier.weight": filled([3, 8], 0.5),
      [`backbone.${late}`]: filled([8], 2),
    };
    // Of the last stage something older is known too.
    const learnt = { [`backbone.${early}`]: filled([4], 3), [`backbone.${late}`]: filled([8], 7) };
    const files = await exportOf(opened, { state, learnt }, request, trial);
    await boundary.release();

    const before = weightsOf(plain.get("onnx/model.onnx") as Uint8Array);
    const after = weightsOf(files.get("onnx/model.onnx") as Uint8Array);
    expect(changed(before, after).sort()).toEqual(["classifier.weight", early, late].sort());
    expect([...after[early]!]).toEqual([3, 3, 3, 3]);
    expect([...after[late]!]).toEqual(Array(8).fill(2));
    expect([...after["classifier.weight"]!]).toEqual(Array(24).fill(0.5));
    expect([...files.keys()]).toContain("onnx/model_softmax.onnx");
    const card = files.get("README.md") as string;
    expect(card).toMatch(/27/);
    expect(card).toMatch(/66\.7 ?%/);
  });
});
