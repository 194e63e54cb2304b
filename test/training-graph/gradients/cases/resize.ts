// Cases of Resize: every way to find positions and to round them, up and down, by scales and by sizes.
import { float32, int64 } from "../../../../src/tensor.js";
import type { Case, Cases } from "./case.js";

const byScales = (...scales: number[]) => ({ X: [2, 2, 3, 4], scales: float32([4], [1, 1, ...scales]) });
const bySizes = (...sizes: number[]) => ({ X: [1, 2, 5, 4], sizes: int64([4], [1, 2, ...sizes]) });

const positions = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];
const roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];
const modes = [
  ...roundings.map((nearest_mode) => ({ mode: "nearest", nearest_mode })),
  { mode: "linear" },
  { mode: "cubic" },
];

export const resize = {
  Resize: [
    ...positions.flatMap((coordinate_transformation_mode) =>
      modes.flatMap((mode): Case<"Resize">[] => [
        [byScales(2, 1.5), { ...mode, coordinate_transformation_mode }],
        [bySizes(3, 7), { ...mode, coordinate_transformation_mode }],
      ]),
    ),
    // One pixel of many, many of one.
    [bySizes(1, 1), { mode: "linear", coordinate_transformation_mode: "pytorch_half_pixel" }],
    [{ X: [1, 2, 1, 1], sizes: int64([4], [1, 2, 2, 3]) }, { mode: "linear" }],
    // A size that the scale does not lead to exactly.
    [{ X: [2, 7], scales: float32([2], [1, 0.6]) }],
    [{ X: [2, 7], scales: float32([2], [1, 0.6]) }, { mode: "linear" }],
    // Chosen axes, three of them, the first one.
    [{ X: [2, 3, 4], scales: float32([1], [2]) }, { axes: [-2] }],
    [{ X: [1, 1, 2, 3, 2], scales: float32([5], [1, 1, 2, 1, 2]) }, { mode: "linear" }],
    [{ X: [3, 2], scales: float32([2], [2, 1]) }, { mode: "linear" }],
    [bySizes(3, 2), { mode: "linear", antialias: 1 }],
    [bySizes(3, 2), { mode: "cubic", antialias: 1, exclude_outside: 1, cubic_coeff_a: -0.5 }],
    [byScales(1, 1), { mode: "linear" }],
  ],
} satisfies Cases;
