// What a rule is checked on, and inputs that many operators' cases share.
import type { Attributes, OpType } from "../../../../src/onnx/schema.js";
import type { Tensor } from "../../../../src/tensor.js";
import type { GradientInputs } from "../../../helpers/check-gradient.js";

export type Case<O extends OpType = OpType> = readonly [
  inputs: GradientInputs,
  attributes?: { readonly [A in keyof Attributes<O>]?: Attributes<O>[A] },
];

export type Cases = { readonly [O in OpType]?: readonly Case<O>[] };

/** Alike, scalars, missing axes, axes of 1 on either side and in the middle. */
export const broadcastPairs = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], []],
  [[], [2, 3]],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [
    [1, 3],
    [2, 3],
  ],
  [
    [2, 1, 3],
    [1, 4, 1],
  ],
] as const;

export const flags = (shape: readonly number[], ...data: number[]): Tensor => ({
  dtype: "bool",
  shape,
  data: new Uint8Array(data),
});
