// From a model as its exporter wrote it to the one form that is cut and trained: target opset, photos channels first.
import { findImageInput, type ImageInput } from "../../../heads/image-input.js";
import { requireBounded } from "../../../onnx/bounds.js";
import type { Evaluate } from "../../../onnx/evaluate.js";
import type { Model } from "../../../onnx/graph.js";
import { normalise } from "../../../onnx/normalise.js";
import { toChannelsFirst } from "../../../onnx/passes/nchw-input.js";

export interface ImageModel {
  readonly model: Model;
  readonly image: ImageInput;
}

/** @throws RegraftError "unsupported-model" when it is no image model, or uses what regraft cannot bring to its opset. */
export async function importModel(model: Model, source: string, evaluate: Evaluate): Promise<ImageModel> {
  findImageInput(model.graph, source);
  const normal = await normalise(model, source, evaluate);
  requireBounded(normal.graph, source);
  const image = findImageInput(normal.graph, source);
  if (!image.channelsLast) return { model: normal, image };
  const graph = toChannelsFirst(normal.graph, image.value);
  return { model: { ...normal, graph }, image: findImageInput(graph, source) };
}
