// Cases of normalisations. Variances are positive; everything else may have any sign.
import { float32 } from "../../../../src/tensor.js";
import type { Cases } from "./case.js";

const statistics = { input_mean: float32([3], [0.4, -1.2, 3]), input_var: float32([3], [0.5, 2, 0.1]) };
const ofThree = { scale: [3], B: [3] };

export const normalizations = {
  BatchNormalization: [
    [{ X: [2, 3, 2, 3], ...ofThree, ...statistics }],
    [{ X: [2, 3, 4], ...ofThree, ...statistics }, { epsilon: 0.1 }],
    [{ X: [4, 3], ...ofThree, ...statistics }],
    [{ X: [2, 3, 2, 1, 2], ...ofThree, ...statistics }],
  ],
  InstanceNormalization: [
    [{ input: [2, 3, 2, 3], ...ofThree }],
    [{ input: [2, 3, 5], ...ofThree }, { epsilon: 0.1 }],
    [{ input: [1, 3, 2, 2, 2], ...ofThree }],
  ],
  LayerNormalization: [
    [{ X: [2, 3, 5], Scale: [5], B: [5] }],
    [{ X: [2, 3, 5], Scale: [5] }],
    [{ X: [2, 3, 4], Scale: [3, 4], B: [3, 4] }, { axis: 1 }],
    [
      { X: [2, 3, 4], Scale: [2, 3, 4], B: [2, 3, 4] },
      { axis: -3, epsilon: 0.1 },
    ],
    // What broadcasts to the normalised axes.
    [
      { X: [2, 3, 4], Scale: [4], B: [1] },
      { axis: 1, epsilon: 1e-3 },
    ],
  ],
} satisfies Cases;
