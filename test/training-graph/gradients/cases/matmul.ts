// Cases of MatMul, over vectors, matrices and batches that broadcast.
import type { Cases } from "./case.js";

const pairs = [
  [
    [2, 3],
    [3, 4],
  ],
  [[3], [3]],
  [[3], [3, 4]],
  [[2, 3], [3]],
  [
    [1, 3],
    [3, 1],
  ],
  [
    [5, 2, 3],
    [5, 3, 4],
  ],
  [
    [5, 2, 3],
    [3, 4],
  ],
  [
    [2, 5, 2, 3],
    [3, 4],
  ],
  [
    [2, 3],
    [5, 3, 4],
  ],
  [[5, 2, 3], [3]],
  [[3], [5, 3, 4]],
  [
    [2, 1, 2, 3],
    [4, 3, 2],
  ],
  [
    [2, 4, 2, 3],
    [1, 3, 2],
  ],
  [
    [1, 2, 3],
    [4, 3, 2],
  ],
  [
    [4, 1, 3],
    [4, 3, 1],
  ],
  [
    [4, 1, 3],
    [3, 1],
  ],
] as const;

const equations: readonly [equation: string, ...shapes: (readonly number[])[]][] = [
  ["ij,jk->ik", [2, 3], [3, 4]],
  ["B G I D, B G J D -> B G I J", [2, 2, 3, 4], [2, 2, 5, 4]],
  ["bij,bjd->dbi", [2, 3, 4], [2, 4, 5]],
  ["ij,ij->ij", [2, 3], [2, 3]],
  ["i,j->ij", [2], [3]],
  ["ij->ji", [2, 3]],
  ["ab,bc,ca->abc", [2, 3], [3, 4], [4, 2]],
];

export const matmul = {
  Einsum: equations.map(([equation, ...Inputs]) => [{ Inputs }, { equation }]),
  MatMul: pairs.map(([A, B]) => [{ A, B }]),
} satisfies Cases;
