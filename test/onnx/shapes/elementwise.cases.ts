// Shape inference cases: elementwise.
import { int64, type Tensor } from "../../../src/tensor.js";
import type { ShapeCase as Case, ShapeCases } from "../../helpers/shape-cases.js";

const unary = (
  opType:
    | "Abs"
    | "Clip"
    | "Dropout"
    | "Elu"
    | "Erf"
    | "Exp"
    | "HardSigmoid"
    | "HardSwish"
    | "Identity"
    | "LeakyRelu"
    | "Log"
    | "Mish"
    | "Neg"
    | "Reciprocal"
    | "Relu"
    | "Sigmoid"
    | "Sign"
    | "Softplus"
    | "Sqrt"
    | "Tanh",
): Case[] => [[], [4], [2, 3, 1]].map((shape) => [[shape], (op, [x]) => op[opType](x!)]);

const binary = (
  opType: "Add" | "Div" | "Equal" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" | "Mul" | "Pow" | "Sub",
): Case[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [[], [2, 3]],
    [
      [2, 1, 4],
      [3, 1],
    ],
  ].map((shapes) => [shapes, (op, [a, b]) => op[opType](a!, b!)]);

const variadic = (opType: "Max" | "Mean" | "Min" | "Sum"): Case[] => [
  [[[2, 3], [3], [2, 1]], (op, values) => op[opType](values)],
  [[[], [4]], (op, values) => op[opType](values)],
  [[[4]], (op, values) => op[opType](values)],
];

const flags = (shape: number[], ...data: number[]): Tensor => ({ dtype: "bool", shape, data: new Uint8Array(data) });

export const elementwise: ShapeCases = {
  Abs: unary("Abs"),
  Add: binary("Add"),
  BatchNormalization: [
    [2, 3],
    [2, 3, 4, 5],
  ].map((shape) => [
    [shape, [3], [3], [3], [3]],
    (op, [x, scale, b, mean, variance]) => op.BatchNormalization(x!, scale!, b!, mean!, variance!),
  ]),
  Cast: [
    [[[2, 3]], (op, [x]) => op.Cast(x!, { to: "int64" })],
    [[int64([], [5])], (op, [x]) => op.Cast(x!, { to: "float32" })],
    [[{ dtype: "uint8", shape: [2], data: Uint8Array.of(0, 1) }], (op, [x]) => op.Cast(x!, { to: "float32" })],
  ],
  Clip: [
    ...unary("Clip"),
    [[[2, 3], []], (op, [x, bound]) => op.Clip(x!, bound!, 3)],
    [[[2, 3]], (op, [x]) => op.Clip(x!, undefined, 6)],
  ],
  Div: binary("Div"),
  Dropout: [
    ...unary("Dropout"),
    [[[2, 3]], (op, [x]) => op.Dropout(x!, 0.5, op.constant("training_mode", flags([], 0)))],
  ],
  Elu: [...unary("Elu"), [[[2, 3]], (op, [x]) => op.Elu(x!, { alpha: 0.5 })]],
  Equal: binary("Equal"),
  Erf: unary("Erf"),
  Exp: unary("Exp"),
  Greater: [...binary("Greater"), [[[2, 3]], (op, [x]) => op.Greater(x!, 0)]],
  GreaterOrEqual: binary("GreaterOrEqual"),
  HardSigmoid: [...unary("HardSigmoid"), [[[2, 3]], (op, [x]) => op.HardSigmoid(x!, { alpha: 0.5, beta: 0.1 })]],
  HardSwish: unary("HardSwish"),
  Identity: unary("Identity"),
  InstanceNormalization: [
    [2, 3, 4],
    [2, 3, 4, 5],
  ].map((shape) => [[shape, [3], [3]], (op, [x, scale, b]) => op.InstanceNormalization(x!, scale!, b!)]),
  LayerNormalization: [
    [[[2, 3, 4], [4], [4]], (op, [x, scale, b]) => op.LayerNormalization(x!, scale!, b!)],
    [[[2, 3, 4], [4]], (op, [x, scale]) => op.LayerNormalization(x!, scale!, undefined, { epsilon: 1e-6 })],
    [
      [
        [2, 3, 4],
        [3, 4],
      ],
      (op, [x, scale]) => op.LayerNormalization(x!, scale!, undefined, { axis: 1 }),
    ],
  ],
  LeakyRelu: [...unary("LeakyRelu"), [[[2, 3]], (op, [x]) => op.LeakyRelu(x!, { alpha: 0.5 })]],
  Less: binary("Less"),
  LessOrEqual: binary("LessOrEqual"),
  Log: unary("Log"),
  LogSoftmax: [undefined, 0, 1].map((axis) => [[[2, 3, 4]], (op, [x]) => op.LogSoftmax(x!, { axis })]),
  Max: variadic("Max"),
  Mean: variadic("Mean"),
  Min: variadic("Min"),
  Mish: unary("Mish"),
  Mul: binary("Mul"),
  Neg: unary("Neg"),
  PRelu: [[1], [3, 1, 1], [2, 3, 4, 5]].map((slope) => [[[2, 3, 4, 5], slope], (op, [x, by]) => op.PRelu(x!, by!)]),
  Pow: [
    ...binary("Pow"),
    // The exponent's type is its own.
    [[[2, 3], int64([3], [1, 2, 3])], (op, [x, exponent]) => op.Pow(x!, exponent!)],
  ],
  Reciprocal: unary("Reciprocal"),
  Relu: unary("Relu"),
  Sigmoid: unary("Sigmoid"),
  Sign: unary("Sign"),
  Softmax: [undefined, 0, 1].map((axis) => [[[2, 3, 4]], (op, [x]) => op.Softmax(x!, { axis })]),
  Softplus: unary("Softplus"),
  Sqrt: unary("Sqrt"),
  Sub: binary("Sub"),
  Sum: variadic("Sum"),
  Tanh: unary("Tanh"),
  Where: [
    [[flags([2, 1], 0, 1), [2, 3], [3]], (op, [condition, x, y]) => op.Where(condition!, x!, y!)],
    [[flags([2, 3], 0, 0, 0, 0, 0, 0), []], (op, [condition, x]) => op.Where(condition!, x!, 0)],
  ],
};
