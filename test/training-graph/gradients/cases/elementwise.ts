// Cases of arithmetic and functions element by element.
import { float32, int64 } from "../../../../src/tensor.js";
import { broadcastPairs, type Case, type Cases, flags } from "./case.js";

const unary = (name: string): readonly Case<"Abs">[] => [[{ [name]: [2, 3] }], [{ [name]: [] }]];

const binary: readonly Case<"Add">[] = broadcastPairs.map(([A, B]) => [{ A, B }]);

const variadic: readonly Case<"Sum">[] = [
  ...broadcastPairs.map((data_0): Case<"Sum"> => [{ data_0 }]),
  [{ data_0: [[2, 3], [3], [2, 1]] }],
  [{ data_0: [[4]] }],
];

export const elementwise = {
  Abs: unary("X"),
  Add: binary,
  Cast: [[{ input: [2, 3] }, { to: "float32" }]],
  Div: binary,
  Dropout: [[{ data: [2, 3] }], [{ data: [4], ratio: float32([], [0.5]), training_mode: flags([], 0) }]],
  Erf: unary("input"),
  Exp: unary("input"),
  Identity: unary("input"),
  Log: unary("input"),
  Mean: variadic,
  Mul: binary,
  Neg: unary("X"),
  Pow: [
    ...broadcastPairs.map(([X, Y]): Case<"Pow"> => [{ X, Y }]),
    ...[-1.5, 0, 0.5, 1, 2, 3].map((exponent): Case<"Pow"> => [{ X: [2, 3], Y: float32([], [exponent]) }]),
    [{ X: [2, 3], Y: float32([2, 1], [0, -2]) }],
    [{ X: [3], Y: int64([1], [2]) }],
    [{ X: [3], Y: int64([2, 1], [2, 0]) }],
  ],
  Reciprocal: unary("X"),
  Sqrt: unary("X"),
  Sub: binary,
  Sum: variadic,
  Where: [
    ...broadcastPairs.map(([X, Y]): Case<"Where"> => [{ condition: flags([3], 1, 0, 1), X, Y }]),
    [{ condition: flags([2, 3], 1, 0, 0, 0, 1, 1), X: [], Y: [3] }],
    [{ condition: flags([], 0), X: [2], Y: [2] }],
  ],
} satisfies Cases;
