// Slice, Split, Pad and TopK: sizes and positions move from attributes to inputs.

import { list } from "../emit.js";
import { scalar } from "./element-type.js";
import {
  attribute,
  become,
  int,
  type OperatorRules,
  refuse,
  requiredAttribute,
  requiredInput,
  without,
} from "./rule.js";

export const Slice: OperatorRules = {
  up: {
    // The attributes starts, ends and axes become inputs.
    10: (node) => {
      const axes = attribute(node, "axes", "INTS");
      const starts = list("starts", requiredAttribute(node, "starts", "INTS"));
      const ends = list("ends", requiredAttribute(node, "ends", "INTS"));
      const inputs = [requiredInput(node, 0), starts, ends, axes && list("axes", axes)];
      return become(node, { inputs, attributes: without(node, "starts", "ends", "axes") });
    },
  },
};

export const Split: OperatorRules = {
  up: {
    // The attribute `split`, the parts' sizes, becomes an input.
    13: (node) => {
      const sizes = attribute(node, "split", "INTS");
      const inputs = [requiredInput(node, 0), sizes && list("split", sizes)];
      return become(node, { inputs, attributes: without(node, "split") });
    },
    // Without sizes, the number of parts is to be stated.
    18: (node) =>
      node.inputs[1]
        ? node.outputs
        : become(node, { attributes: { ...node.attributes, num_outputs: int(node.outputs.length) } }),
  },
};

export const Pad: OperatorRules = {
  up: {
    // The attributes `pads` and `value` become inputs; the value then has the data's type.
    11: (node, emit) => {
      const data = requiredInput(node, 0);
      const pads = list("pads", requiredAttribute(node, "pads", "INTS"));
      const value = attribute(node, "value", "FLOAT") ?? 0;
      const inputs = [data, pads, value === 0 ? undefined : scalar("constant_value", value, data, emit)];
      return become(node, { inputs, attributes: without(node, "pads", "value") });
    },
  },
  down: {
    // The mode "wrap" came.
    19: (node) => {
      if (attribute(node, "mode", "STRING") === "wrap") refuse('it pads by the mode "wrap"');
      return node.outputs;
    },
  },
};

export const TopK: OperatorRules = {
  up: {
    // The attribute `k` becomes an input.
    10: (node) => {
      const k = list("k", [requiredAttribute(node, "k", "INT")]);
      return become(node, { inputs: [requiredInput(node, 0), k], attributes: without(node, "k") });
    },
  },
};
