// BatchNormalization, and the normalisations that the target lacks or has deprecated, in operators that it has.
import { int64 } from "../../tensor.js";
import { constant, list } from "../emit.js";
import { createNode, type Node, type Value } from "../graph.js";
import { dtypeOfOnnx } from "../tensor-data.js";
import { castLike, castTo, filled, scalar } from "./element-type.js";
import {
  attribute,
  become,
  type Emit,
  float,
  int,
  type OperatorRules,
  Refusal,
  refuse,
  requiredAttribute,
  requiredInput,
  without,
} from "./rule.js";

export const BatchNormalization: OperatorRules = {
  up: {
    // `spatial` went: at 0 there were statistics for each place of the image.
    9: (node) => {
      const isPerPlace = attribute(node, "spatial", "INT") === 0;
      // MXNet stated 0 for statistics by channel, where it can only be meant as 1.
      const isPerChannel = requiredInput(node, 1).shape?.length === 1;
      if (isPerPlace && !isPerChannel) refuse("its attribute spatial is 0");
      return become(node, { attributes: without(node, "spatial") });
    },
    // Outputs beyond the first meant training; since then `training_mode` does.
    14: (node) => {
      const { outputs, ...fields } = node;
      // Old files list the absent ones, more of them than there are now.
      if (!outputs.slice(1).some(Boolean)) return createNode(fields, outputs.slice(0, 1)).outputs;
      const attributes = { ...node.attributes, training_mode: int(1) };
      const [Y, mean, variance] = createNode({ ...fields, attributes }, outputs.slice(0, 3)).outputs;
      // The last two, kept for a gradient that no exporter writes down, are gone.
      return [Y, mean, variance, mean, variance].slice(0, outputs.length);
    },
  },
};

export const GroupNormalization: OperatorRules = {
  down: {
    // One scale and bias for each group: InstanceNormalization, the groups as its channels. Deprecated ever since.
    18: (node, emit) => {
      const grouped = emit("Reshape", [requiredInput(node, 0), groupShape(node)]);
      const inputs = [grouped, requiredInput(node, 1), requiredInput(node, 2)];
      return inShapeOfX(node, emit("InstanceNormalization", inputs, { epsilon: epsilonOf(node) }), emit);
    },
    // One for each channel; and statistics in the precision `stash_type`.
    21: (node, emit) => {
      const [X, scale, bias] = [requiredInput(node, 0), requiredInput(node, 1), requiredInput(node, 2)];
      const channels = scale.shape?.[0] ?? X.shape?.[1];
      const groups = requiredAttribute(node, "num_groups", "INT");
      if (typeof channels !== "number") return refuse("its number of channels is not stated");
      if (!(groups > 0 && channels % groups === 0))
        throw new Refusal(`${channels} channels do not make ${groups} groups`, true);
      const grouped = stashed(node, emit("Reshape", [X, groupShape(node)]), emit);
      const [ones, zeros] = [1, 0].map((value) => filled("statistics", value, [groups], grouped, emit));
      const normal = emit("InstanceNormalization", [grouped, ones, zeros], { epsilon: epsilonOf(node) });
      // As [N, C, rest] it meets scale and bias as [C, 1], whatever the rank.
      const byChannel = emit("Reshape", [castLike(normal, X, emit), list("shape", [0, channels, -1])]);
      const column = (values: Value) => emit("Unsqueeze", [values, list("axes", [1])]);
      return inShapeOfX(node, emit("Add", [emit("Mul", [byChannel, column(scale)]), column(bias)]), emit);
    },
  },
};

export const RMSNormalization: OperatorRules = {
  down: {
    // X / √(mean of X² over the axes from `axis` on + epsilon) · scale
    23: (node, emit) => {
      const X = stashed(node, requiredInput(node, 0), emit);
      const mean = emit("ReduceMean", [emit("Mul", [X, X]), lastAxes(node, emit)]);
      const epsilon = scalar("epsilon", attribute(node, "epsilon", "FLOAT") ?? 1e-5, X, emit);
      const normal = emit("Div", [X, emit("Sqrt", [emit("Add", [mean, epsilon])])]);
      const inputs = [castLike(normal, requiredInput(node, 0), emit), requiredInput(node, 1)];
      return become(node, { opType: "Mul", inputs, attributes: {} });
    },
  },
};

const epsilonOf = (node: Node) => float(attribute(node, "epsilon", "FLOAT") ?? 1e-5);

/** [N, groups, rest] */
const groupShape = (node: Node): Value => list("groups", [0, requiredAttribute(node, "num_groups", "INT"), -1]);

const inShapeOfX = (node: Node, result: Value, emit: Emit): Node["outputs"] =>
  become(node, { opType: "Reshape", inputs: [result, emit("Shape", [requiredInput(node, 0)])], attributes: {} });

/** `value` in the precision in which the node takes its statistics. */
function stashed(node: Node, value: Value, emit: Emit): Value {
  const type = attribute(node, "stash_type", "INT") ?? FLOAT;
  const dtype = dtypeOfOnnx(type);
  return dtype ? castTo(dtype, value, emit) : refuse(`its stash_type is ${type}`);
}

/** TensorProto.DataType.FLOAT */
const FLOAT = 1;

/** The axes from `axis` on, by default the last one. */
function lastAxes(node: Node, emit: Emit): Value {
  const axis = attribute(node, "axis", "INT") ?? -1;
  if (axis === -1) return list("axes", [-1]);
  const integer = (value: number): Value => constant("axis", int64([], [value]));
  const end = axis < 0 ? integer(0) : emit("Size", [emit("Shape", [requiredInput(node, 0)])]);
  return emit("Range", [integer(axis), end, integer(1)]);
}
