// Finds the input that takes the image: floats [N, 3, H, W], or [N, H, W, 3]. A model without one is no image model.
import type { Size } from "../datasets/resize.js";
import { listed, RegraftError } from "../errors.js";
import type { Dim, Graph, Value } from "../onnx/graph.js";

export interface ImageInput {
  readonly value: Value;
  /** [N, H, W, 3], as in networks that come from TensorFlow. */
  readonly channelsLast: boolean;
  /** Photos at a time, where the model fixes them. */
  readonly batch: number | undefined;
  /** Pixels, where the model fixes them. */
  readonly height: number | undefined;
  readonly width: number | undefined;
}

/** @throws RegraftError "unsupported-model" saying what the inputs are instead. */
export function findImageInput(graph: Graph, source: string): ImageInput {
  // Old files list their weights among the inputs; those have a constant.
  const inputs = graph.inputs.filter((input) => !input.constant);
  const [value, ...others] = inputs.filter(isImage);
  if (!value || others.length > 0 || inputs.length > 1) {
    const found = inputs.map((input) => `"${input.name}" ${input.dtype ?? "?"} ${described(input.shape)}`);
    const reason = `its inputs are ${listed(found) || "none"}`;
    throw new RegraftError(
      "unsupported-model",
      { source, reason },
      `${source} is not an image model: ${reason}, where regraft needs exactly one image, floats [N, 3, height, width]. ` +
        "Of an image model, export the network alone: without preprocessing, and with its input's shape.",
    );
  }
  const [batch, ...dims] = value.shape!;
  const channelsLast = dims[0] !== 3 && dims[2] === 3;
  const [height, width] = channelsLast ? dims : dims.slice(1);
  return { value, channelsLast, batch: size(batch), height: size(height), width: size(width) };
}

/** The pixels that a network takes, as "224×any", where photos of this size do not fit; undefined where they do. */
export function otherSize({ height, width }: ImageInput, photo: Size): string | undefined {
  const fits = (height ?? photo.height) === photo.height && (width ?? photo.width) === photo.width;
  return fits ? undefined : `${height ?? "any"}×${width ?? "any"}`;
}

const floats = new Set<Value["dtype"]>(["float32", "float16", "bfloat16", "float64"]);

const isImage = ({ dtype, shape }: Value): boolean =>
  floats.has(dtype) && shape?.length === 4 && (shape[1] === 3 || typeof shape[1] !== "number" || shape[3] === 3);

const size = (dim: Dim): number | undefined => (typeof dim === "number" && dim > 0 ? dim : undefined);

const described = (shape: Value["shape"]): string =>
  shape ? `[${shape.map((dim) => String(dim ?? "?"))}]` : "of unstated shape";
