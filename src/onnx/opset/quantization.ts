// Casts and quantization: since the target came floats of 8 bits, integers of 4 and 16, and scales by block.
import type { DType } from "../../tensor.js";
import type { Node, Value } from "../graph.js";
import { onnxTypeOf } from "../tensor-data.js";
import { elementTypeOf } from "./element-type.js";
import { attribute, become, type OperatorRules, refuse, requiredAttribute, requiredInput, without } from "./rule.js";

export const Cast: OperatorRules = {
  down: {
    // Floats of 8 bits, and `saturate` for them.
    19: (node) => {
      requireOldType(requiredAttribute(node, "to", "INT"));
      return become(node, { attributes: without(node, "saturate") });
    },
    // `round_mode`, for float8e8m0.
    24: (node) => become(node, { attributes: without(node, "round_mode") }),
  },
};

export const CastLike: OperatorRules = {
  down: {
    19: (node) => {
      const dtype = elementTypeOf(requiredInput(node, 1));
      if (dtype) requireOldType(onnxTypeOf(dtype));
      return become(node, { attributes: without(node, "saturate") });
    },
    24: (node) => become(node, { attributes: without(node, "round_mode") }),
  },
};

export const QuantizeLinear: OperatorRules = {
  down: {
    // Floats of 8 bits, and `saturate` for them.
    19: (node) => {
      const zeroPoint = node.inputs[2];
      if (zeroPoint) requireType(zeroPoint, "int8", "uint8");
      return become(node, { attributes: without(node, "saturate") });
    },
    // Blocks; the type can be stated where no zero point shows it.
    21: (node) => {
      requireNoBlocks(node);
      const type = attribute(node, "output_dtype", "INT") ?? 0;
      const isShown = node.inputs[2] || type === 0 || type === onnxTypeOf("uint8");
      if (!isShown) refuse(`it states output_dtype ${type} instead of giving a zero point`);
      return become(node, { attributes: without(node, "block_size", "output_dtype") });
    },
    // The precision of the division.
    23: (node) => {
      const precision = attribute(node, "precision", "INT") ?? 0;
      if (precision !== 0) refuse(`its precision is ${precision}`);
      return become(node, { attributes: without(node, "precision") });
    },
  },
};

export const DequantizeLinear: OperatorRules = {
  down: {
    // Floats of 8 bits.
    19: (node) => {
      requireType(requiredInput(node, 0), "int8", "uint8", "int32");
      return node.outputs;
    },
    // Blocks.
    21: (node) => {
      requireNoBlocks(node);
      return become(node, { attributes: without(node, "block_size") });
    },
    // A type of the result other than the scale's.
    23: (node) => {
      const type = attribute(node, "output_dtype", "INT") ?? 0;
      const scaleType = elementTypeOf(requiredInput(node, 1));
      if (type !== 0 && !(scaleType && onnxTypeOf(scaleType) === type)) refuse(`its output_dtype is ${type}`);
      return become(node, { attributes: without(node, "output_dtype") });
    },
  },
};

/** TensorProto.DataType counts the types in the order of their coming; bfloat16 is the target's last. */
function requireOldType(type: number): void {
  if (type > onnxTypeOf("bfloat16")) refuse(`it casts to element type ${type} of TensorProto`);
}

/** An unknown type passes: the runtime will tell. */
function requireType(value: Value, ...allowed: readonly DType[]): void {
  const dtype = elementTypeOf(value);
  if (dtype && !allowed.includes(dtype)) refuse(`it quantizes to ${dtype}`);
}

function requireNoBlocks(node: Node): void {
  const size = attribute(node, "block_size", "INT") ?? 0;
  if (size !== 0) refuse(`it has a scale for each block of ${size}`);
}
