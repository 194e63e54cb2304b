// Writes graphs so that they read as maths: `op.Mul(op.Exp(x), 2)`. Operators bear their ONNX names, are typed by the
// schema, and equal nodes are one node, so a formula may name the same term as often as it likes.
import { assert } from "../errors.js";
import { type DType, float32, int64, type Tensor } from "../tensor.js";
import { constant } from "./emit.js";
import { type Attribute, createNode, type Graph, type Value } from "./graph.js";
import { operators, ownTypes } from "./operators.js";
import {
  attributesOf,
  type GivenAttributes,
  hasManyOutputs,
  inputNames,
  isVariadic,
  type ManyOutputs,
  type OpType,
  type RequiredAttribute,
  toAttributes,
} from "./schema.js";
import { type TypedValue, typed } from "./shapes/dims.js";
import { inferTypes } from "./shapes/infer.js";

/** A number becomes a scalar constant: of the type of the operands beside it, or an int64 where indices are wanted. */
export type Operand = Value | number;

/** Lists, which no scalar may stand for. */
type ListName =
  | "axes"
  | "ends"
  | "pads"
  | "repeats"
  | "roi"
  | "scales"
  | "shape"
  | "sizes"
  | "split"
  | "starts"
  | "steps";

type OperandOf<I> = I extends ListName | `${ListName}?` ? Value : Operand;

type Operands<I extends readonly string[]> = I extends readonly [`${string}...`]
  ? [readonly Value[]]
  : { [K in keyof I]: I[K] extends `${string}?` ? OperandOf<I[K]> | undefined : OperandOf<I[K]> };

/** Optional inputs at the end may be left out where no attributes follow them. */
type Shortened<I extends readonly string[]> =
  | Operands<I>
  | (I extends readonly [...infer First extends string[], `${string}?`] ? Shortened<First> : never);

type Inputs<O extends OpType> = [...(typeof operators)[O]["inputs"]];

type Arguments<O extends OpType> = [keyof GivenAttributes<O>] extends [never]
  ? Shortened<Inputs<O>>
  : [RequiredAttribute<O>] extends [never]
    ? [...operands: Operands<Inputs<O>>, attributes?: GivenAttributes<O>]
    : [...operands: Operands<Inputs<O>>, attributes: GivenAttributes<O>];

type Emit<O extends OpType> = (...operands: Arguments<O>) => O extends ManyOutputs ? TypedValue[] : TypedValue;

export type Ops = { readonly [O in OpType]: Emit<O> } & {
  /** A constant; equal contents given twice are two constants unless it is the same tensor. */
  constant(name: string, tensor: Tensor): TypedValue;
  /** A list of integers, as `axes` and shapes want it: int64 [n]. */
  ints(...values: number[]): TypedValue;
  /**
   * Runs `body` `tripCount` times. `states` [k] go round: the body's outputs are, in order, the k next states and then
   * what is stacked over the iterations. Returns the last states and the stacks [tripCount, …].
   */
  Loop(tripCount: Value, states: readonly Value[], body: Graph): TypedValue[];
};

export function createOps(): Ops {
  const interned = new Map<string, readonly TypedValue[]>();
  const ids = new Map<Value, number>();
  let names = 0;

  const idOf = (value: Value | undefined): number => {
    if (!value) return -1;
    const known = ids.get(value) ?? ids.size;
    ids.set(value, known);
    return known;
  };
  const intern = (key: string, create: () => readonly TypedValue[]): readonly TypedValue[] => {
    const known = interned.get(key);
    if (known) return known;
    const created = create();
    interned.set(key, created);
    return created;
  };
  const internOne = (key: string, create: () => TypedValue): TypedValue => intern(key, () => [create()])[0]!;
  const fresh = (stem: string): string => `${stem}_${names++}`;

  const scalar = (value: number, dtype: DType = "float32"): TypedValue => {
    assert(dtype === "float32" || dtype === "int64", `a number beside ${dtype} operands`);
    const tensor = dtype === "float32" ? float32([], [value]) : int64([], [value]);
    return internOne(`scalar ${dtype} ${value}`, () => constant(fresh("scalar"), tensor));
  };

  const emit = (opType: OpType, args: readonly unknown[]): readonly TypedValue[] => {
    const variadic = isVariadic(opType);
    const count = variadic ? 1 : operators[opType].inputs.length;
    const operands = (variadic ? args[0] : args.slice(0, count)) as readonly (Operand | undefined)[];
    const own = inputNames(opType).map((name): DType | undefined => ownTypes[name as keyof typeof ownTypes]);
    const shared = operands.find((operand, i): operand is Value => typeof operand === "object" && !own[i])?.dtype;
    const inputs = operands.map((operand, i) =>
      typeof operand === "number" ? scalar(operand, own[i] ?? shared) : operand,
    );
    while (inputs.length > 0 && inputs.at(-1) === undefined) inputs.pop();
    const attributes = toAttributes(opType, (args[count] ?? {}) as GivenAttributes<OpType>);
    const key = `${opType} ${inputs.map(idOf)} ${JSON.stringify(attributes)}`;
    return intern(key, () => {
      const name = fresh(opType);
      const types = inferTypes(opType, inputs, attributesOf(opType, { attributes }));
      const outputs = types.map((type, i) => ({ name: i === 0 ? name : `${name}_${i}`, ...type }));
      return createNode({ opType, domain: "", name, inputs, attributes }, outputs).outputs.map((value) =>
        typed(value!),
      );
    });
  };

  const Loop: Ops["Loop"] = (tripCount, states, body) => {
    const attributes = { body: { type: "GRAPH", value: body } satisfies Attribute };
    const name = fresh("Loop");
    // Body outputs: the condition, the states, then one row of each stack.
    const outputs = body.outputs.slice(1).map((value, i) => {
      const { dtype, shape } = typed(value);
      return { name: `${name}_${value.name}`, dtype, shape: i < states.length ? shape : [undefined, ...shape] };
    });
    const inputs = [tripCount, undefined, ...states];
    return createNode({ opType: "Loop", domain: "", name, inputs, attributes }, outputs).outputs.map((v) => typed(v!));
  };

  const emitters = Object.fromEntries(
    (Object.keys(operators) as OpType[]).map((opType) => [
      opType,
      (...args: unknown[]) => (hasManyOutputs(opType) ? emit(opType, args) : emit(opType, args)[0]),
    ]),
  ) as unknown as { readonly [O in OpType]: Emit<O> };
  return {
    ...emitters,
    constant,
    ints: (...values) => internOne(`ints ${values}`, () => constant(fresh("ints"), int64([values.length], values))),
    Loop,
  };
}
