// How a model file says who has written it: ONNX's producer_name.
import type { Model } from "../../onnx/graph.js";
import { edit, encodeModel, type ModelProto } from "../../onnx/proto.js";
import { toProto } from "../../onnx/write.js";
import { version } from "../../version.js";

const producer = "regraft";

/** The model as a file of ours. */
export const signed = (model: Model): Uint8Array =>
  encodeModel(edit(toProto(model), { producer_name: producer, producer_version: version }));

/** Whether regraft has written this model. */
export const isOurs = (model: ModelProto): boolean => model.producer_name === producer;
