// Cases of reductions.
import { int64 } from "../../../../src/tensor.js";
import type { Case, Cases } from "./case.js";

const reduced: readonly Case<"ReduceSum">[] = [0, 1].flatMap((keepdims): Case<"ReduceSum">[] => [
  [{ data: [2, 3, 4] }, { keepdims }],
  [{ data: [2, 3, 4], axes: int64([1], [1]) }, { keepdims }],
  [{ data: [2, 3, 4], axes: int64([2], [-1, 0]) }, { keepdims }],
  [{ data: [2, 3], axes: int64([0], []) }, { keepdims }],
  [
    { data: [2, 3], axes: int64([0], []) },
    { keepdims, noop_with_empty_axes: 1 },
  ],
  [{ data: [2, 3] }, { keepdims, noop_with_empty_axes: 1 }],
  [{ data: [] }, { keepdims }],
]);

export const reduction = {
  // Without axes and told to do nothing, it is no length.
  ReduceL2: reduced.filter(([, attributes]) => !attributes?.noop_with_empty_axes),
  ReduceMax: reduced,
  ReduceMean: reduced,
  ReduceSum: reduced,
} satisfies Cases;
