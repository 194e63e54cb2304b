// Gradient clipping by norm, as PyTorch's torch.nn.utils.clip_grad_norm_ does it.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";

/**
 * All gradients times min(1, maxNorm / (norm + 1e-6)), where norm = √(Σ g²) over all numbers of all of them: the step keeps
 * its direction. What is not finite stays so, and is found as a divergence.
 */
export function clipByNorm(op: Ops, gradients: readonly TypedValue[], maxNorm: number): TypedValue[] {
  const squares = gradients.map((gradient) => op.ReduceSum(op.Mul(gradient, gradient), undefined, { keepdims: 0 }));
  const norm = op.Sqrt(squares.reduce((sum, square) => op.Add(sum, square)));
  const factor = op.Clip(op.Div(maxNorm, op.Add(norm, 1e-6)), undefined, 1);
  return gradients.map((gradient) => op.Mul(gradient, factor));
}
