// Constant nodes become plain constants. Exporters write one or the other; what comes after looks for one form only.
import { float32, int64, type Tensor } from "../../tensor.js";
import type { Attribute, Graph, Node, Value } from "../graph.js";
import { edit, type TensorProto } from "../proto.js";
import { rewriteNodes } from "../rewrite.js";
import { dtypeOfOnnx, shapeOf } from "../tensor-data.js";

/**
 * The graph with the values of its `Constant` nodes, and those of its subgraphs, as initializers under the same names.
 * A `sparse_value` stays a node: what is sparse in a file may be far larger in memory.
 */
export const constantsToInitializers = (graph: Graph): Graph =>
  rewriteNodes(graph, (node) => {
    const [output, ...others] = node.outputs;
    const isConstant = node.opType === "Constant" && node.domain === "" && others.length === 0;
    const constant = isConstant && output && constantOf(node, output.name);
    if (!constant) return undefined;
    const { producer: _, ...value } = output;
    return [{ ...value, ...constant }];
  });

type ConstantValue = Pick<Value, "dtype" | "shape" | "constant">;

function constantOf({ attributes }: Node, name: string): ConstantValue | undefined {
  const { value } = attributes;
  if (value?.type === "TENSOR" && "proto" in value.value) return storedAs(name, value.value.proto);
  const tensor = Object.values(attributes).map(tensorGivenBy).find(Boolean);
  return tensor && { dtype: tensor.dtype, shape: tensor.shape, constant: { tensor } };
}

/** By the tensor's own name the writer finds what the file says of the value, so it must be the value's. */
function storedAs(name: string, tensor: TensorProto): ConstantValue {
  const proto = tensor.name === name ? tensor : edit(tensor, { name });
  const dtype = dtypeOfOnnx(proto.data_type ?? 0);
  return { ...(dtype && { dtype }), shape: shapeOf(proto.dims, `tensor ${JSON.stringify(name)}`), constant: { proto } };
}

/** `value`, `value_float`, `value_floats` and so on: each attribute type gives one type of tensor. */
function tensorGivenBy(attribute: Attribute): Tensor | undefined {
  switch (attribute.type) {
    case "TENSOR":
      return "tensor" in attribute.value ? attribute.value.tensor : undefined;
    case "FLOAT":
      return float32([], [attribute.value]);
    case "FLOATS":
      return float32([attribute.value.length], attribute.value);
    case "INT":
      return int64([], [attribute.value]);
    case "INTS":
      return int64([attribute.value.length], attribute.value);
    case "STRING":
      return { dtype: "string", shape: [], data: [attribute.value] };
    case "STRINGS":
      return { dtype: "string", shape: [attribute.value.length], data: attribute.value };
    default:
      return undefined;
  }
}
