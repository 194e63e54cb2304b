// The linear head: logits = features·Wᵀ + b, PyTorch's nn.Linear on pooled features.
import { float32 } from "../tensor.js";
import type { Head } from "./head.js";

/**
 * A linear classifier. It starts at zero, not at random: on fixed features the problem is convex, so any start leads to
 * the same optimum, and from zero the first loss is exactly ln(classes), whatever the features' scale and the seed.
 */
export const linearHead = ({ features, classes }: { features: number; classes: number }): Head => ({
  parameters: {
    "classifier.weight": float32([classes, features]),
    "classifier.bias": float32([classes]),
  },
  // The bias learns as the weight of one more feature would, a constant as large as the others: b = r·β with r² the
  // features' mean square, so db = r²·(step of β in units of b). Without it the bias of small features diverges long
  // before their weights begin to learn. With it, features s times as large want exactly 1/s² of the rate.
  rates: (op, input) => ({ "classifier.bias": op.ReduceMean(op.Mul(input, input), { keepdims: 0 }) }),
  forward: (op, input, parameters) =>
    op.Gemm(input, parameters["classifier.weight"]!, parameters["classifier.bias"], { transB: 1 }),
});
