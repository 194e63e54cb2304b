// New values for graphs whose types are not all known, as those of files are; graphs of our own have `createOps`.
import { int64, type Tensor } from "../tensor.js";
import { createNode, type Node, type Value } from "./graph.js";

/** A value that is this tensor. */
export const constant = (name: string, tensor: Tensor): Value & Pick<Tensor, "dtype" | "shape"> => ({
  name,
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});

/** A list of integers as an input wants it: int64 [n]. */
export const list = (name: string, values: readonly (number | bigint)[]): Value =>
  constant(name, int64([values.length], values));

/** The output of a new node of ONNX's own domain; both bear the name. */
export const emit = (
  opType: string,
  name: string,
  inputs: Node["inputs"],
  { attributes = {}, ...type }: Partial<Pick<Node, "attributes">> & Pick<Value, "dtype" | "shape"> = {},
): Value => createNode({ opType, domain: "", name, inputs, attributes }, [{ name, ...type }]).outputs[0]!;

/** The value once more, under a name of its own. */
export const copyOf = (value: Value, name: string): Value =>
  emit("Identity", name, [value], value.dtype && { dtype: value.dtype });
