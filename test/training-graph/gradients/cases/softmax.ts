// Cases of softmax and its logarithm.
import type { Case, Cases } from "./case.js";

const alongAxes: readonly Case<"LogSoftmax">[] = [
  [{ input: [3, 4] }],
  [{ input: [3, 4] }, { axis: 0 }],
  [{ input: [2, 3, 4] }, { axis: 1 }],
  [{ input: [5] }],
];

export const softmax = { LogSoftmax: alongAxes, Softmax: alongAxes } satisfies Cases;
