// Cases of operators that pick elements along axes: slices, gathers, pads.
import { int32, int64, type Tensor } from "../../../../src/tensor.js";
import type { Case, Cases } from "./case.js";

const ints = (...values: number[]): Tensor => int64([values.length], values);

const END = Number.MAX_SAFE_INTEGER;

/** Starts, ends and steps along the axes of [4, 5, 3]. */
const slice = (starts: number[], ends: number[], axes?: number[], steps?: number[]): Case<"Slice"> => [
  {
    data: [4, 5, 3],
    starts: ints(...starts),
    ends: ints(...ends),
    ...(axes && { axes: ints(...axes) }),
    ...(steps && { steps: ints(...steps) }),
  },
];

const pad = (mode: string, data: number[], pads: number[], axes?: number[]): Case<"Pad"> => [
  { data, pads: ints(...pads), ...(axes && { axes: ints(...axes) }) },
  { mode },
];

export const picking = {
  Gather: [
    // One element, whose axis goes.
    [{ data: [2, 4, 3], indices: int64([], [0]) }, { axis: 1 }],
    [{ data: [2, 4, 3], indices: int64([], [-1]) }, { axis: 1 }],
    [{ data: [5], indices: int64([], [2]) }],
    // A run, another order, repetitions, from the end.
    [{ data: [5, 2], indices: ints(1, 2, 3) }],
    [{ data: [5, 2], indices: ints(4, 2, 0, 1, 3) }],
    [{ data: [5, 2], indices: ints(3, 1) }],
    [{ data: [2, 4], indices: int32([7], [0, 2, 2, -1, 0, -2, 2]) }, { axis: -1 }],
    [{ data: [2, 3], indices: ints(0, 0, 1, 1, 2, 2) }, { axis: 1 }],
    // A table of positions.
    [{ data: [5, 2], indices: int64([3, 3], [2, 3, 4, 1, 2, 3, 0, 1, 2]) }],
    [{ data: [2, 5, 3], indices: int64([2, 1, 2], [1, 4, 1, 0]) }, { axis: 1 }],
  ],
  Pad: [
    pad("constant", [2, 3], [1, 0, 0, 2]),
    pad("constant", [4, 5], [-1, 2, -2, -3]),
    pad("constant", [2, 3, 4], [1, 2, 3, -1], [-1, 1]),
    pad("constant", [2], [0, 0]),
    [
      {
        data: [2, 3],
        pads: ints(1, 1, 1, 1),
        constant_value: { dtype: "float32", shape: [], data: Float32Array.of(2) },
      },
    ],
    pad("reflect", [2, 4], [0, 3, 0, 2]),
    pad("reflect", [3, 5], [1, -1, 2, 2]),
    pad("reflect", [2, 3, 4], [2, 1], [-1]),
    pad("edge", [2, 3], [0, 2, 0, 5]),
    pad("edge", [4, 5], [-1, 2, 3, -3]),
    pad("edge", [2, 1, 3], [2, 0, 1, 1], [1, 0]),
  ],
  Slice: [
    slice([1, 2], [3, 5]),
    slice([1], [END], [1]),
    slice([-2, 0], [END, -1], [-1, 0]),
    slice([0], [END], [1], [2]),
    slice([1, 0], [END, END], [1, 0], [3, 2]),
    slice([-1], [-END], [1], [-1]),
    slice([3, -1], [0, -5], [0, 1], [-2, -1]),
    slice([-100], [100], [2]),
    slice([2], [2], [1]),
  ],
} satisfies Cases;
