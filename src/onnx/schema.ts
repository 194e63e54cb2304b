// The operators that regraft itself writes, as data: input names in ONNX's spelling and order, attributes with
// their defaults, at opset 17. The builder's methods, the gradient rules' scopes and the device table are typed by it.
import type { Attribute, Node } from "./graph.js";

/** The opset of every graph that regraft builds. */
export const targetOpset = 17;

/** "C?" is an optional input, "inputs..." a variadic one. */
interface OperatorSchema {
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, { readonly type: AttributeType; readonly value: unknown }>>;
}
type AttributeType = "FLOAT" | "INT";

const float = (value: number) => ({ type: "FLOAT", value }) as const;
const int = (value: number) => ({ type: "INT", value }) as const;
const none = {} as const;

export const schema = {
  Add: { inputs: ["A", "B"], attributes: none },
  Div: { inputs: ["A", "B"], attributes: none },
  Exp: { inputs: ["input"], attributes: none },
  Expand: { inputs: ["input", "shape"], attributes: none },
  Gather: { inputs: ["data", "indices"], attributes: { axis: int(0) } },
  Gemm: {
    inputs: ["A", "B", "C?"],
    attributes: { alpha: float(1), beta: float(1), transA: int(0), transB: int(0) },
  },
  Identity: { inputs: ["input"], attributes: none },
  LogSoftmax: { inputs: ["input"], attributes: { axis: int(-1) } },
  Mul: { inputs: ["A", "B"], attributes: none },
  Neg: { inputs: ["X"], attributes: none },
  OneHot: { inputs: ["indices", "depth", "values"], attributes: { axis: int(-1) } },
  // Over all axes: as an attribute (here) or an input (opset 18) `axes` is left out.
  ReduceMean: { inputs: ["data"], attributes: { keepdims: int(1) } },
  ReduceSum: { inputs: ["data", "axes?"], attributes: { keepdims: int(1), noop_with_empty_axes: int(0) } },
  Shape: { inputs: ["data"], attributes: none },
  Sub: { inputs: ["A", "B"], attributes: none },
  Sum: { inputs: ["data_0..."], attributes: none },
  Unsqueeze: { inputs: ["data", "axes"], attributes: none },
} as const satisfies Record<string, OperatorSchema>;

export type OpType = keyof typeof schema;

/** The inputs' names without their marks: "A" | "B" | "C". */
export type InputName<O extends OpType> = StripMark<(typeof schema)[O]["inputs"][number]>;
export type OptionalInputName<O extends OpType> = StripMark<
  Extract<(typeof schema)[O]["inputs"][number], `${string}?`>
>;
type StripMark<S extends string> = S extends `${infer N}?` ? N : S extends `${infer N}...` ? N : S;

export type Attributes<O extends OpType> = {
  readonly [A in keyof (typeof schema)[O]["attributes"]]: number;
};

export const isOpType = (opType: string): opType is OpType => Object.hasOwn(schema, opType);

export const inputNames = (opType: OpType): readonly string[] =>
  schema[opType].inputs.map((name) => name.replace(/\?$|\.\.\.$/, ""));

export const isVariadic = (opType: OpType): boolean => schema[opType].inputs[0].endsWith("...");

/** A node's attributes with the defaults filled in. */
export function attributesOf<O extends OpType>(opType: O, node: Pick<Node, "attributes">): Attributes<O> {
  const defaults: OperatorSchema["attributes"] = schema[opType].attributes;
  const entries = Object.entries(defaults).map(([name, { value }]) => [name, node.attributes[name]?.value ?? value]);
  return Object.fromEntries(entries) as Attributes<O>;
}

/** Plain numbers to typed attributes; those equal to the default are left out, as exporters do. */
export function toAttributes<O extends OpType>(opType: O, given: Partial<Attributes<O>>): Record<string, Attribute> {
  const defaults: OperatorSchema["attributes"] = schema[opType].attributes;
  const result: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(given) as [string, number][]) {
    const known = defaults[name];
    if (known && value !== known.value) result[name] = { type: known.type, value } as Attribute;
  }
  return result;
}
