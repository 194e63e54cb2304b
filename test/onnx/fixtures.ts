// What the tests of the reader and writer share: the fixture that uses everything, messages as plain objects, and
// small files made field by field.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isRegraftError, type RegraftError } from "../../src/errors.js";
import {
  type AttributeProto,
  encodeModel,
  type Fields,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  onnx,
  type TensorProto,
  type ValueInfoProto,
} from "../../src/onnx/proto.js";

export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))));

/** Exactly the fields a message has, unknown ones included, to any depth; for comparing with `toEqual`. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value !== "object" || value === null) return value;
  if ("low" in value && "high" in value) return `${value.high}:${Number(value.low) >>> 0}`;
  const fields = Object.entries(value).filter(([, field]) => !(Array.isArray(field) && field.length === 0));
  const unknowns = (value as { $unknowns?: Uint8Array[] }).$unknowns;
  const own = Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
  return unknowns ? { ...own, $unknowns: plain(unknowns) } : own;
}

export const node = (op_type: string, input: string[], output: string[], fields: Fields<NodeProto> = {}): NodeProto =>
  new onnx.NodeProto({ op_type, input, output, ...fields });

/** A value's description: without a shape the type stays open. */
export const info = (name: string, ...dims: (number | string)[]): ValueInfoProto => {
  const dim = dims.map((size) => (typeof size === "number" ? { dim_value: size } : { dim_param: size }));
  const shape = new onnx.TensorShapeProto({ dim });
  const type = new onnx.TypeProto({ tensor_type: { elem_type: 1, shape } });
  return new onnx.ValueInfoProto(dims.length > 0 ? { name, type } : { name });
};

export const floats = (name: string, dims: number[], float_data: number[]): TensorProto =>
  new onnx.TensorProto({ name, dims, data_type: 1, float_data });

export const subgraph = (name: string, graph: Fields<GraphProto>): AttributeProto =>
  new onnx.AttributeProto({ name, type: 5, g: new onnx.GraphProto({ name, ...graph }) });

/** A model with one graph, by default from x to y. */
export const modelProto = (graph: Fields<GraphProto>, model: Fields<ModelProto> = {}): ModelProto =>
  new onnx.ModelProto({
    ir_version: 8,
    opset_import: [new onnx.OperatorSetIdProto({ domain: "", version: 17 })],
    graph: new onnx.GraphProto({ name: "g", input: [info("x", 3)], output: [info("y", 3)], ...graph }),
    ...model,
  });

export const file = (graph: Fields<GraphProto>, model?: Fields<ModelProto>): Uint8Array =>
  encodeModel(modelProto(graph, model));

/** The error that `action` throws; that it throws none is an error as well. */
export function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** The "invalid-model" error that `action` throws; any other error is thrown on. */
export function invalid(action: () => unknown): RegraftError<"invalid-model"> {
  const error = thrown(action);
  if (isRegraftError(error, "invalid-model")) return error;
  throw error;
}
