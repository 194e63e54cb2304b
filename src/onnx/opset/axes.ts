// Squeeze, Unsqueeze, the reductions and DFT: axes move between attributes and inputs.

import { list } from "../emit.js";
import { elementTypeOf } from "./element-type.js";
import {
  attribute,
  become,
  int,
  knownTensor,
  type OperatorRules,
  type Rule,
  refuse,
  requiredAttribute,
  requiredInput,
  without,
} from "./rule.js";

/** The attribute `axes` becomes the second input. None, or an empty one, means all axes: the input is left out. */
const axesBecomeInput: Rule = (node) => {
  const axes = attribute(node, "axes", "INTS") ?? [];
  const inputs = [requiredInput(node, 0), axes.length > 0 ? list("axes", axes) : undefined];
  return become(node, { inputs, attributes: without(node, "axes") });
};

export const Squeeze: OperatorRules = { up: { 13: axesBecomeInput } };

export const Unsqueeze: OperatorRules = {
  up: {
    // The same, and here the axes cannot be left out.
    13: (node) => {
      const axes = list("axes", requiredAttribute(node, "axes", "INTS"));
      return become(node, { inputs: [requiredInput(node, 0), axes], attributes: without(node, "axes") });
    },
  },
};

export const ReduceSum: OperatorRules = { up: { 13: axesBecomeInput } };

/** ReduceL1, ReduceL2, ReduceLogSum, ReduceLogSumExp, ReduceMean, ReduceProd, ReduceSumSquare. */
export const reduction: OperatorRules = { up: { 18: axesBecomeInput } };

/** ReduceMax, ReduceMin. */
export const extremum: OperatorRules = {
  ...reduction,
  down: {
    // Takes booleans.
    20: (node) => {
      if (elementTypeOf(requiredInput(node, 0)) === "bool") refuse("it compares booleans");
      return node.outputs;
    },
  },
};

export const DFT: OperatorRules = {
  down: {
    // The attribute `axis`, by default 1, became an input, by default -2.
    20: (node) => {
      const [input, length, axis] = node.inputs;
      const known = axis ? knownTensor(axis) : undefined;
      if (axis && !known) refuse("its axis is computed");
      const value = known ? Number(known.data[0]) : -2;
      return become(node, { inputs: [input, length], attributes: { ...node.attributes, axis: int(value) } });
    },
  },
};
