// Cases of activations. Where their kinks are, see drawn-numbers.ts.
import { float32 } from "../../../../src/tensor.js";
import type { Case, Cases } from "./case.js";

const alone: readonly Case<"Relu">[] = [[{ X: [4, 5] }], [{ X: [] }]];

const [low, high] = [float32([], [-1]), float32([], [1])];

export const activations = {
  Clip: [
    [{ input: [4, 5], min: low, max: high }],
    [{ input: [4, 5], min: low }],
    [{ input: [4, 5], max: high }],
    [{ input: [4, 5] }],
    [{ input: [], min: low, max: high }],
  ],
  Elu: [
    [{ X: [4, 5] }],
    [{ X: [4, 5] }, { alpha: 0.3 }],
    [{ X: [4, 5] }, { alpha: 0 }],
    [{ X: [4, 5] }, { alpha: -1 }],
  ],
  HardSigmoid: [[{ X: [4, 5] }], [{ X: [4, 5] }, { alpha: 1 / 6 }], [{ X: [] }]],
  HardSwish: alone,
  LeakyRelu: [[{ X: [4, 5] }], ...[0, 0.3, -0.5].map((alpha): Case<"LeakyRelu"> => [{ X: [4, 5] }, { alpha }])],
  Mish: alone,
  PRelu: [
    [{ X: [2, 3, 2, 2], slope: [3, 1, 1] }],
    [{ X: [2, 3, 2, 2], slope: [1] }],
    [{ X: [2, 3, 2, 2], slope: [] }],
    [{ X: [4, 3], slope: [3] }],
    [{ X: [2, 3], slope: [2, 3] }],
    [{ X: [2, 3], slope: float32([1], [0.25]) }],
  ],
  Relu: alone,
  Sigmoid: alone,
  Softplus: alone,
  Tanh: [[{ input: [4, 5] }], [{ input: [] }]],
} satisfies Cases;
