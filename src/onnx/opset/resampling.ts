// Upsample, which became Resize, Resize itself, and GridSample: what they mean by a position between two pixels.
import { float32 } from "../../tensor.js";
import { constant } from "../emit.js";
import type { Node } from "../graph.js";
import {
  attribute,
  become,
  knownTensor,
  type OperatorRules,
  refuse,
  requiredAttribute,
  requiredInput,
  string,
  without,
} from "./rule.js";

export const Upsample: OperatorRules = {
  up: {
    // The attribute `scales` becomes an input.
    9: (node) => {
      const scales = requiredAttribute(node, "scales", "FLOATS");
      const inputs = [requiredInput(node, 0), constant("scales", float32([scales.length], scales))];
      return become(node, { inputs, attributes: without(node, "scales") });
    },
    // Deprecated; Resize does the same, and downwards too.
    10: (node) => become(node, { opType: "Resize" }),
  },
};

export const Resize: OperatorRules = {
  up: {
    // How pixels are mapped becomes an attribute, and the default another one; the input `roi` comes before `scales`.
    11: (node) => {
      const scales = requiredInput(node, 1);
      const isNearest = (attribute(node, "mode", "STRING") ?? "nearest") === "nearest";
      const attributes = {
        ...node.attributes,
        coordinate_transformation_mode: string("asymmetric"),
        ...(isNearest && { nearest_mode: string(nearestModeBefore11(node)) }),
      };
      return become(node, { inputs: [requiredInput(node, 0), undefined, scales], attributes });
    },
    // `roi` and, beside `sizes`, `scales` can be left out, where they had to be empty; tf_half_pixel_for_nn went.
    13: (node) => {
      const [input, roi, scales, sizes] = node.inputs;
      const mapping = attribute(node, "coordinate_transformation_mode", "STRING");
      const inputs = [input, mapping === "tf_crop_and_resize" ? roi : undefined, sizes ? undefined : scales, sizes];
      return become(node, { inputs, attributes: mapping === tfHalfPixel ? withoutTfHalfPixel(node) : node.attributes });
    },
  },
  down: {
    // coordinate_transformation_mode "half_pixel_symmetric" came.
    19: (node) => {
      const mapping = attribute(node, "coordinate_transformation_mode", "STRING");
      if (mapping === "half_pixel_symmetric") refuse(`its coordinate_transformation_mode is "${mapping}"`);
      return node.outputs;
    },
  },
};

export const GridSample: OperatorRules = {
  down: {
    // Any number of spatial axes; the modes lost their "bi".
    20: (node) => {
      const rank = node.inputs[0]?.shape?.length ?? node.inputs[1]?.shape?.length ?? 4;
      if (rank !== 4) refuse(`its input has ${rank} axes instead of 4`);
      const mode = attribute(node, "mode", "STRING") ?? "linear";
      const before = mode === "linear" ? "bilinear" : mode === "cubic" ? "bicubic" : mode;
      return become(node, { attributes: { ...node.attributes, mode: string(before) } });
    },
  },
};

/**
 * The standard did not say which neighbour is the nearest; ONNX Runtime takes the lower one along axes that grow and
 * the upper one along those that shrink. Scales that are computed are taken to enlarge.
 */
function nearestModeBefore11(node: Node): string {
  const tensor = knownTensor(requiredInput(node, 1));
  const scales = Array.from((tensor?.data ?? []) as ArrayLike<number>);
  const shrinks = scales.some((scale) => scale < 1);
  if (shrinks && scales.some((scale) => scale > 1)) refuse("it enlarges along one axis and shrinks along another");
  return shrinks ? "ceil" : "floor";
}

const tfHalfPixel = "tf_half_pixel_for_nn";

/** floor((x + 0.5) / scale), half a pixel up of half_pixel's position, which is what rounding halves up adds. */
function withoutTfHalfPixel(node: Node): Node["attributes"] {
  const isNearest = (attribute(node, "mode", "STRING") ?? "nearest") === "nearest";
  const rounding = attribute(node, "nearest_mode", "STRING") ?? "round_prefer_floor";
  if (!isNearest || rounding !== "floor")
    refuse(`its coordinate_transformation_mode is "${tfHalfPixel}", with "${isNearest ? rounding : "interpolation"}"`);
  return {
    ...node.attributes,
    coordinate_transformation_mode: string("half_pixel"),
    nearest_mode: string("round_prefer_ceil"),
  };
}
