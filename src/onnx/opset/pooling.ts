// AveragePool and RoiAlign. (MaxPool, Conv and the others of this kind mean the same in all of these opsets.)
import { attribute, become, type OperatorRules, refuse, string, without } from "./rule.js";

export const AveragePool: OperatorRules = {
  down: {
    // `dilations` came.
    19: (node) => {
      const dilations = attribute(node, "dilations", "INTS") ?? [];
      if (dilations.some((dilation) => Number(dilation) !== 1)) refuse(`its dilations are ${dilations.join(", ")}`);
      return become(node, { attributes: without(node, "dilations") });
    },
  },
};

export const RoiAlign: OperatorRules = {
  up: {
    // The shift of half a pixel became the default.
    16: (node) =>
      become(node, {
        attributes: { ...node.attributes, coordinate_transformation_mode: string("output_half_pixel") },
      }),
  },
};
