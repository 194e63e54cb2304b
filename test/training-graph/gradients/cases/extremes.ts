// Cases of the smallest and the largest of several operands.
import { float32 } from "../../../../src/tensor.js";
import { broadcastPairs, type Case, type Cases } from "./case.js";

const variadic: readonly Case<"Max">[] = [
  ...broadcastPairs.map((data_0): Case<"Max"> => [{ data_0 }]),
  [{ data_0: [[2, 3], [3], [2, 1]] }],
  [{ data_0: [[4, 3], float32([], [0])] }],
  [{ data_0: [[4]] }],
];

export const extremes = {
  Max: variadic,
  Min: variadic,
} satisfies Cases;
