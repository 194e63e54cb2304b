// The operators that regraft itself writes, as data: input names in ONNX's spelling and order, attributes with
// their defaults, at opset 18. The builder's methods, the gradient rules' scopes and the device table are typed by it.
import type { DType } from "../tensor.js";
import type { Attribute, Node } from "./graph.js";
import { dtypeOfOnnx, onnxTypeOf } from "./tensor-data.js";

/** The opset of every graph that regraft builds. */
export const targetOpset = 18;

/** "C?" is an optional input, "inputs..." a variadic one. */
interface OperatorSchema {
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
}
/** Without a default, `value` is undefined and the attribute must be given. */
interface AttributeSchema {
  readonly type: keyof AttributeValues;
  readonly value: unknown;
}
interface AttributeValues {
  FLOAT: number;
  INT: number;
  INTS: readonly number[];
  /** Written as the INT that ONNX numbers the type by. */
  DTYPE: DType;
}

const float = (value: number) => ({ type: "FLOAT", value }) as const;
const int = (value: number) => ({ type: "INT", value }) as const;
const required = <T extends keyof AttributeValues>(type: T) => ({ type, value: undefined }) as const;
const none = {} as const;
const reduction = { keepdims: int(1), noop_with_empty_axes: int(0) } as const;

export const schema = {
  Add: { inputs: ["A", "B"], attributes: none },
  // Inference: what training mode has besides, regraft writes in primitive operators.
  BatchNormalization: {
    inputs: ["X", "scale", "B", "input_mean", "input_var"],
    attributes: { epsilon: float(1e-5) },
  },
  Cast: { inputs: ["input"], attributes: { to: required("DTYPE") } },
  Concat: { inputs: ["inputs..."], attributes: { axis: required("INT") } },
  Div: { inputs: ["A", "B"], attributes: none },
  Exp: { inputs: ["input"], attributes: none },
  Expand: { inputs: ["input", "shape"], attributes: none },
  Flatten: { inputs: ["input"], attributes: { axis: int(1) } },
  Gather: { inputs: ["data", "indices"], attributes: { axis: int(0) } },
  Gemm: {
    inputs: ["A", "B", "C?"],
    attributes: { alpha: float(1), beta: float(1), transA: int(0), transB: int(0) },
  },
  GlobalAveragePool: { inputs: ["X"], attributes: none },
  GlobalMaxPool: { inputs: ["X"], attributes: none },
  Greater: { inputs: ["A", "B"], attributes: none },
  Identity: { inputs: ["input"], attributes: none },
  LogSoftmax: { inputs: ["input"], attributes: { axis: int(-1) } },
  Mul: { inputs: ["A", "B"], attributes: none },
  Neg: { inputs: ["X"], attributes: none },
  OneHot: { inputs: ["indices", "depth", "values"], attributes: { axis: int(-1) } },
  Reciprocal: { inputs: ["X"], attributes: none },
  ReduceMean: { inputs: ["data", "axes?"], attributes: reduction },
  ReduceProd: { inputs: ["data", "axes?"], attributes: reduction },
  ReduceSum: { inputs: ["data", "axes?"], attributes: reduction },
  Relu: { inputs: ["X"], attributes: none },
  Reshape: { inputs: ["data", "shape"], attributes: none },
  Shape: { inputs: ["data"], attributes: none },
  Sqrt: { inputs: ["X"], attributes: none },
  Sub: { inputs: ["A", "B"], attributes: none },
  Sum: { inputs: ["data_0..."], attributes: none },
  Transpose: { inputs: ["data"], attributes: { perm: required("INTS") } },
  Unsqueeze: { inputs: ["data", "axes"], attributes: none },
  Where: { inputs: ["condition", "X", "Y"], attributes: none },
} as const satisfies Record<string, OperatorSchema>;

/** Inputs that have a type of their own; all others of an operator share one. */
export const ownTypes = {
  axes: "int64",
  condition: "bool",
  indices: "int64",
  shape: "int64",
} as const satisfies Readonly<Record<string, DType>>;

export type OpType = keyof typeof schema;

/** The inputs' names without their marks: "A" | "B" | "C". */
export type InputName<O extends OpType> = StripMark<(typeof schema)[O]["inputs"][number]>;
export type OptionalInputName<O extends OpType> = StripMark<
  Extract<(typeof schema)[O]["inputs"][number], `${string}?`>
>;
type StripMark<S extends string> = S extends `${infer N}?` ? N : S extends `${infer N}...` ? N : S;

type AttributeSchemas<O extends OpType> = (typeof schema)[O]["attributes"];

export type Attributes<O extends OpType> = {
  readonly [A in keyof AttributeSchemas<O>]: AttributeSchemas<O>[A] extends {
    readonly type: infer T extends keyof AttributeValues;
  }
    ? AttributeValues[T]
    : never;
};

/** What a caller gives: attributes with a default may be left out. */
export type GivenAttributes<O extends OpType> = Partial<Attributes<O>> & Pick<Attributes<O>, RequiredAttribute<O>>;
export type RequiredAttribute<O extends OpType> = {
  [A in keyof AttributeSchemas<O>]: AttributeSchemas<O>[A] extends { readonly value: undefined } ? A : never;
}[keyof AttributeSchemas<O>];

export const isOpType = (opType: string): opType is OpType => Object.hasOwn(schema, opType);

export const inputNames = (opType: OpType): readonly string[] =>
  schema[opType].inputs.map((name) => name.replace(/\?$|\.\.\.$/, ""));

export const isVariadic = (opType: OpType): boolean => schema[opType].inputs[0].endsWith("...");

/** A node's attributes with the defaults filled in. */
export function attributesOf<O extends OpType>(opType: O, node: Pick<Node, "attributes">): Attributes<O> {
  const known: OperatorSchema["attributes"] = schema[opType].attributes;
  const entries = Object.entries(known).map(([name, { type, value }]) => {
    const given = node.attributes[name]?.value ?? value;
    return [name, type === "DTYPE" ? dtypeOfOnnx(Number(given)) : given];
  });
  return Object.fromEntries(entries) as Attributes<O>;
}

/** Plain values to typed attributes; those equal to the default are left out, as exporters do. */
export function toAttributes<O extends OpType>(opType: O, given: Partial<Attributes<O>>): Record<string, Attribute> {
  const known: OperatorSchema["attributes"] = schema[opType].attributes;
  const result: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(given)) {
    const attribute = known[name];
    if (!attribute || value === attribute.value) continue;
    result[name] =
      attribute.type === "DTYPE"
        ? { type: "INT", value: onnxTypeOf(value as DType) }
        : ({ type: attribute.type, value } as Attribute);
  }
  return result;
}
