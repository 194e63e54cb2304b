// The linear head: logits = features·Wᵀ + b, PyTorch's nn.Linear on pooled features.
import { float32 } from "../tensor.js";
import type { Head } from "./head.js";

/**
 * A linear classifier. It starts at zero, not at random: on fixed features the problem is convex, so any start leads to
 * the same optimum, and from zero the first loss is exactly ln(classes), whatever the features' scale and the seed.
 */
export function linearHead({ features, classes }: { features: number; classes: number }): Head {
  const forward: Head["forward"] = (op, input, weights) =>
    op.Gemm(input, weights["classifier.weight"]!, weights["classifier.bias"], { transB: 1 });
  return {
    parameters: {
      "classifier.weight": float32([classes, features]),
      "classifier.bias": float32([classes]),
    },
    buffers: {},
    byClass: ["classifier.weight", "classifier.bias"],
    masks: [],
    forward,
    forwardTraining: (op, input, weights) => ({
      logits: forward(op, input, weights),
      buffers: {},
      // The bias learns as the weight of one more feature would, a constant as large as the others: b = r·β with r² the
      // features' mean square, so db = r²·(step of β in units of b). Without it the bias of small features diverges long
      // before their weights begin to learn. With it, features s times as large want exactly 1/s² of the rate.
      rates: { "classifier.bias": op.ReduceMean(op.Mul(input, input), undefined, { keepdims: 0 }) },
    }),
  };
}
