// What every gradient rule is checked on. A rule without cases does not compile.
import { it } from "vitest";
import { int64, type Tensor } from "../../../src/tensor.js";
import type { gradients } from "../../../src/training-graph/gradients/index.js";
import { checkGradient, type GradientInputs } from "../../helpers/check-gradient.js";

type Rule = keyof typeof gradients;
type Case = readonly [inputs: GradientInputs, attributes?: Readonly<Record<string, number>>];

/** Alike, scalars, missing axes, axes of 1 on either side and in the middle. */
const broadcastPairs = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], []],
  [[], [2, 3]],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [
    [1, 3],
    [2, 3],
  ],
  [
    [2, 1, 3],
    [1, 4, 1],
  ],
] as const;

const gemm = (transA: number, transB: number): GradientInputs => ({
  A: transA ? [3, 2] : [2, 3],
  B: transB ? [4, 3] : [3, 4],
});

const reduced: readonly Case[] = [0, 1].flatMap((keepdims): Case[] => [
  [{ data: [2, 3, 4] }, { keepdims }],
  [{ data: [2, 3, 4], axes: int64([1], [1]) }, { keepdims }],
  [{ data: [2, 3, 4], axes: int64([2], [-1, 0]) }, { keepdims }],
  [{ data: [2, 3], axes: int64([0], []) }, { keepdims }],
  [
    { data: [2, 3], axes: int64([0], []) },
    { keepdims, noop_with_empty_axes: 1 },
  ],
  [{ data: [2, 3] }, { keepdims, noop_with_empty_axes: 1 }],
  [{ data: [] }, { keepdims }],
]);

const unary = (name: string): readonly Case[] => [[{ [name]: [2, 3] }], [{ [name]: [] }]];

const flags = (shape: readonly number[], ...data: number[]): Tensor => ({
  dtype: "bool",
  shape,
  data: new Uint8Array(data),
});

export const cases: { readonly [R in Rule]: readonly Case[] } = {
  Add: broadcastPairs.map(([A, B]) => [{ A, B }]),
  Div: broadcastPairs.map(([A, B]) => [{ A, B }]),
  Exp: unary("input"),
  Gemm: [
    ...[0, 1].flatMap((transA) =>
      [0, 1].flatMap((transB): Case[] => [
        [gemm(transA, transB), { transA, transB }],
        [
          { ...gemm(transA, transB), C: [2, 4] },
          { transA, transB, alpha: 0.7, beta: 1.3 },
        ],
      ]),
    ),
    ...[[4], [1, 4], [2, 1], [2, 4], [1], []].map((C): Case => [{ ...gemm(0, 0), C }, { beta: 0.5 }]),
    [{ ...gemm(0, 1), C: [4] }, { transB: 1 }],
  ],
  Identity: unary("input"),
  LogSoftmax: [
    [{ input: [3, 4] }],
    [{ input: [3, 4] }, { axis: 0 }],
    [{ input: [2, 3, 4] }, { axis: 1 }],
    [{ input: [5] }],
  ],
  Mul: broadcastPairs.map(([A, B]) => [{ A, B }]),
  Neg: unary("X"),
  Reciprocal: unary("X"),
  ReduceMean: reduced,
  ReduceSum: reduced,
  Relu: unary("X"),
  Sqrt: unary("X"),
  Sub: broadcastPairs.map(([A, B]) => [{ A, B }]),
  Where: [
    ...broadcastPairs.map(([X, Y]): Case => [{ condition: flags([3], 1, 0, 1), X, Y }]),
    [{ condition: flags([2, 3], 1, 0, 0, 0, 1, 1), X: [], Y: [3] }],
    [{ condition: flags([], 0), X: [2], Y: [2] }],
  ],
};

const text = ([inputs, attributes = {}]: Case): string => {
  const shapes = Object.entries(inputs).map(
    ([name, given]) => `${name} [${"dtype" in given ? [...given.data] : given}]`,
  );
  return `${shapes.join(", ")} ${JSON.stringify(attributes)}`;
};

/** One test per case of the rule. */
export const testRule = (rule: Rule): void =>
  it.each(cases[rule].map((one) => [text(one), ...one] as const))(`${rule} of %s`, (_, inputs, attributes) =>
    checkGradient(rule, inputs, attributes),
  );
