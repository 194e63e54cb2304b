// Finds the input that takes the image: float32 [N, 3, H, W]. A model without one is no image model.
import { RegraftError } from "../errors.js";
import type { Dim, Graph, Value } from "../onnx/graph.js";

export interface ImageInput {
  readonly value: Value;
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
    const found = inputs.map((input) => `"${input.name}" ${input.dtype ?? "?"} [${(input.shape ?? []).map(text)}]`);
    const reason = `its inputs are ${found.join(", ") || "none"}`;
    throw new RegraftError(
      "unsupported-model",
      { source, reason },
      `${source} is not an image model: ${reason}, where regraft needs exactly one image, float32 [N, 3, height, width].`,
    );
  }
  return { value, height: size(value.shape?.[2]), width: size(value.shape?.[3]) };
}

const isImage = ({ dtype, shape }: Value): boolean =>
  dtype === "float32" && shape?.length === 4 && (shape[1] === 3 || typeof shape[1] !== "number");

const size = (dim: Dim): number | undefined => (typeof dim === "number" && dim > 0 ? dim : undefined);

const text = (dim: Dim): string => String(dim ?? "?");
