// Y = alpha·A'·B' + beta·C, where ' transposes if transA / transB is set.  A' [M, K]  B' [K, N]  C broadcasts to [M, N]
import { sumTo } from "./broadcasting.js";
import { defineGradient } from "./define.js";

export const Gemm = defineGradient("Gemm", {
  // dA' = alpha·dY·B'ᵀ; when A was given transposed, so is its gradient: dA = alpha·B'·dYᵀ.
  A: ({ op, B, dY, attributes: { alpha, transA, transB } }) =>
    transA
      ? op.Gemm(B, dY, undefined, { alpha, transA: transB, transB: 1 })
      : op.Gemm(dY, B, undefined, { alpha, transB: 1 - transB }),

  // dB' = alpha·A'ᵀ·dY, and likewise.
  B: ({ op, A, dY, attributes: { alpha, transA, transB } }) =>
    transB
      ? op.Gemm(dY, A, undefined, { alpha, transA: 1, transB: transA })
      : op.Gemm(A, dY, undefined, { alpha, transA: 1 - transA }),

  C: ({ op, C, dY, attributes: { beta } }) => sumTo(op, beta === 1 ? dY : op.Mul(dY, beta), C!),
});
