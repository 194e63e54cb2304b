// Types and readings of the table of operators: the builder's methods, the gradient rules' scopes and the table of
// devices are typed by it.
import type { Attribute, Node } from "./graph.js";
import { type AttributeValues, type OperatorSchema, operators } from "./operators.js";
import { dtypeOfOnnx, onnxTypeOf } from "./tensor-data.js";

/** The opset of every graph that regraft builds. */
export const targetOpset = 18;

export type OpType = keyof typeof operators;

type Inputs<O extends OpType> = (typeof operators)[O]["inputs"][number];
type Stripped<S extends string> = S extends `${infer N}?` ? N : S extends `${infer N}...` ? N : S;

/** The inputs' names without their marks: "A" | "B" | "C". */
export type InputName<O extends OpType> = Stripped<Inputs<O>>;
export type OptionalInputName<O extends OpType> = Stripped<Extract<Inputs<O>, `${string}?`>>;
export type VariadicInputName<O extends OpType> = Stripped<Extract<Inputs<O>, `${string}...`>>;

/** Operators with as many outputs as are asked for. */
export type ManyOutputs = {
  [O in OpType]: (typeof operators)[O] extends { readonly outputs: "variadic" } ? O : never;
}[OpType];

type AttributeSchemas<O extends OpType> = (typeof operators)[O]["attributes"];

export type Attributes<O extends OpType> = {
  readonly [A in keyof AttributeSchemas<O>]: AttributeSchemas<O>[A] extends {
    readonly type: infer T extends keyof AttributeValues;
    readonly value: infer V;
  }
    ? AttributeValues[T] | (V extends null ? undefined : never)
    : never;
};

/** What a caller gives: attributes with a default may be left out. */
export type GivenAttributes<O extends OpType> = {
  readonly [A in Exclude<keyof Attributes<O>, RequiredAttribute<O>>]?: Attributes<O>[A] | undefined;
} & Pick<Attributes<O>, RequiredAttribute<O>>;
export type RequiredAttribute<O extends OpType> = {
  [A in keyof AttributeSchemas<O>]: AttributeSchemas<O>[A] extends { readonly value: undefined } ? A : never;
}[keyof AttributeSchemas<O>];

export const isOpType = (opType: string): opType is OpType => Object.hasOwn(operators, opType);

export const inputNames = (opType: OpType): readonly string[] =>
  operators[opType].inputs.map((name) => name.replace(/\?$|\.\.\.$/, ""));

export const isVariadic = (opType: OpType): boolean => operators[opType].inputs[0].endsWith("...");

/** Whether it has as many outputs as are asked for. */
export const hasManyOutputs = (opType: OpType): opType is ManyOutputs => "outputs" in operators[opType];

/** A node's attributes with the defaults filled in. */
export function attributesOf<O extends OpType>(opType: O, node: Pick<Node, "attributes">): Attributes<O> {
  const known: OperatorSchema["attributes"] = operators[opType].attributes;
  const entries = Object.entries(known).map(([name, { type, value }]) => {
    const given = node.attributes[name]?.value ?? value ?? undefined;
    return [name, plain(type, given)];
  });
  return Object.fromEntries(entries) as Attributes<O>;
}

/** Integers of files may be bigints. */
function plain(type: keyof AttributeValues, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (type === "DTYPE") return dtypeOfOnnx(Number(value));
  if (type === "INT") return Number(value);
  return type === "INTS" ? (value as readonly (number | bigint)[]).map(Number) : value;
}

/** Plain values to typed attributes; those equal to the default are left out, as exporters do. */
export function toAttributes<O extends OpType>(opType: O, given: GivenAttributes<O>): Record<string, Attribute> {
  const known: OperatorSchema["attributes"] = operators[opType].attributes;
  const result: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(given)) {
    const attribute = known[name];
    if (!attribute || value === undefined || value === attribute.value) continue;
    result[name] =
      attribute.type === "DTYPE"
        ? { type: "INT", value: onnxTypeOf(value as Parameters<typeof onnxTypeOf>[0]) }
        : ({ type: attribute.type, value } as Attribute);
  }
  return result;
}
