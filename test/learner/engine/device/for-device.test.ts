import { describe, expect, it } from "vitest";
import { forDevice } from "../../../../src/learner/engine/device/for-device.js";
import { createOps } from "../../../../src/onnx/builder.js";
import { graphOf } from "../../../../src/onnx/graph.js";
import { modelOf } from "../../../../src/training-graph/graph-edges.js";
import { operatorsOf } from "../../../helpers/operators-of.js";
import { input } from "../../../helpers/run-graph.js";

const x = input("x", ["N", 6]);
const scores = modelOf(graphOf("scores", [x], [createOps().LogSoftmax(x)]));

describe("forDevice", () => {
  it.each(["cpu", "wasm", "dml", "coreml"] as const)("is the model itself for %s", async (device) => {
    expect(await forDevice(scores, device)).toBe(scores);
  });

  it("is in other operators where a device lacks some", async () => {
    expect(operatorsOf((await forDevice(scores, "cuda")).graph)).toContain("LogSoftmax float32");
    expect(operatorsOf((await forDevice(scores, "webgpu")).graph)).not.toContain("LogSoftmax float32");
  });
});
