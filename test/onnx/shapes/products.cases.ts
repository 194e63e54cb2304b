// Shape inference cases: products.
import { float32, int32 } from "../../../src/tensor.js";
import type { ShapeCase as Case, ShapeCases } from "../../helpers/shape-cases.js";

const gemm = ({ transA = 0, transB = 0 }): Case => [
  [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]],
  (op, [a, b, c]) => op.Gemm(a!, b!, c, { transA, transB }),
];

const multiplied: readonly [A: number[], B: number[]][] = [
  [
    [2, 3],
    [3, 4],
  ],
  [[3], [3]],
  [[3], [3, 4]],
  [[2, 3], [3]],
  [
    [5, 2, 3],
    [3, 4],
  ],
  [
    [2, 3],
    [5, 3, 4],
  ],
  [[3], [5, 3, 4]],
  [[5, 2, 3], [3]],
  [
    [7, 1, 2, 3],
    [5, 3, 4],
  ],
];

const reduced = (opType: "ReduceL2" | "ReduceMax" | "ReduceMean" | "ReduceProd" | "ReduceSum"): Case[] =>
  [0, 1].flatMap((keepdims): Case[] => [
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, undefined, { keepdims })],
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, op.ints(0, -1), { keepdims })],
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, op.ints(), { keepdims })],
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, op.ints(), { keepdims, noop_with_empty_axes: 1 })],
    [[[2, 3, 4]], (op, [x]) => op[opType](x!, undefined, { keepdims, noop_with_empty_axes: 1 })],
  ]);

export const products: ShapeCases = {
  Einsum: [
    [
      [
        [2, 3, 4],
        [2, 5, 4],
      ],
      (op, xs) => op.Einsum(xs, { equation: "bid,bjd->bij" }),
    ],
    [[[2, 3]], (op, xs) => op.Einsum(xs, { equation: "A b -> bA" })],
  ],
  Gemm: [gemm({}), gemm({ transA: 1 }), gemm({ transB: 1 }), gemm({ transA: 1, transB: 1 })],
  MatMul: multiplied.map((shapes) => [shapes, (op, [a, b]) => op.MatMul(a!, b!)]),
  OneHot: [-1, 0, 1].map((axis) => [
    [int32([2, 3], [0, 1, 2, 3, 0, 1]), float32([2], [0, 1])],
    (op, [indices, values]) => op.OneHot(indices!, op.constant("depth", int32([1], [4])), values!, { axis }),
  ]),
  ReduceL2: reduced("ReduceL2"),
  ReduceMax: reduced("ReduceMax"),
  ReduceMean: reduced("ReduceMean"),
  ReduceProd: reduced("ReduceProd"),
  ReduceSum: reduced("ReduceSum"),
};
