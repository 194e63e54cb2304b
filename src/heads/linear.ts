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
  forward: (op, input, parameters) =>
    op.Gemm(input, parameters["classifier.weight"]!, parameters["classifier.bias"], { transB: 1 }),
});
