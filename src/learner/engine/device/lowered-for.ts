// A model in operators that a device has, by what is known of its kernels.
import type { Model } from "../../../onnx/graph.js";
import { lowered } from "../../../onnx/passes/lower.js";
import { isWrongOn, mostParts } from "../../../runtime/defects.js";
import type { DeviceName } from "../../../runtime/devices.js";
import { runsOn } from "../../../runtime/operators.js";

export const loweredFor = (model: Model, device: DeviceName): Model => ({
  ...model,
  graph: lowered(model.graph, {
    lacks: (opType, dtype) => !runsOn(device, opType, dtype),
    isWrong: (use) => isWrongOn(device, use),
    mostParts: mostParts(device),
  }),
});
