// Cases of Gemm, over both transpositions, factors and what C broadcasts from.
import type { GradientInputs } from "../../../helpers/check-gradient.js";
import type { Case, Cases } from "./case.js";

const matrices = (transA: number, transB: number): GradientInputs => ({
  A: transA ? [3, 2] : [2, 3],
  B: transB ? [4, 3] : [3, 4],
});

export const gemm = {
  Gemm: [
    ...[0, 1].flatMap((transA) =>
      [0, 1].flatMap((transB): Case<"Gemm">[] => [
        [matrices(transA, transB), { transA, transB }],
        [
          { ...matrices(transA, transB), C: [2, 4] },
          { transA, transB, alpha: 0.7, beta: 1.3 },
        ],
      ]),
    ),
    ...[[4], [1, 4], [2, 1], [2, 4], [1], []].map((C): Case<"Gemm"> => [{ ...matrices(0, 0), C }, { beta: 0.5 }]),
    [{ ...matrices(0, 1), C: [4] }, { transB: 1 }],
  ],
} satisfies Cases;
