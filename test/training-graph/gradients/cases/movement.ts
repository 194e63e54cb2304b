// Cases of operators that move elements.
import { int64, type Tensor } from "../../../../src/tensor.js";
import type { Cases } from "./case.js";

const ints = (...values: number[]): Tensor => int64([values.length], values);

export const movement = {
  Concat: [
    [
      {
        inputs: [
          [2, 3],
          [2, 1],
        ],
      },
      { axis: 1 },
    ],
    [
      {
        inputs: [
          [2, 3],
          [1, 3],
          [4, 3],
        ],
      },
      { axis: -2 },
    ],
    [
      {
        inputs: [
          [2, 1, 2],
          [2, 3, 2],
        ],
      },
      { axis: 1 },
    ],
    [{ inputs: [[3]] }, { axis: 0 }],
    // The gradient splits into more parts than some devices do at once.
    [{ inputs: Array.from({ length: 12 }, (_, i) => [2, 1 + (i % 2), 2]) }, { axis: 1 }],
  ],
  DepthToSpace: [
    [{ input: [2, 8, 2, 3] }, { blocksize: 2 }],
    [{ input: [2, 8, 2, 3] }, { blocksize: 2, mode: "CRD" }],
    [{ input: [1, 9, 2, 1] }, { blocksize: 3, mode: "CRD" }],
  ],
  Expand: [
    [{ input: [3], shape: ints(2, 3) }],
    [{ input: [2, 1], shape: ints(4, 1, 3) }],
    [{ input: [], shape: ints(2, 2) }],
    [{ input: [2, 3], shape: ints(1) }],
  ],
  Flatten: [[{ input: [2, 3, 2] }], [{ input: [2, 3, 2] }, { axis: -1 }], [{ input: [2, 3] }, { axis: 0 }]],
  Reshape: [
    [{ data: [2, 3, 2], shape: ints(3, 4) }],
    [{ data: [2, 3, 2], shape: ints(0, -1) }],
    [{ data: [1], shape: ints() }],
    [{ data: [], shape: ints(1, 1) }],
  ],
  SpaceToDepth: [
    [{ input: [2, 2, 4, 6] }, { blocksize: 2 }],
    [{ input: [1, 1, 3, 6] }, { blocksize: 3 }],
  ],
  Split: [
    [{ input: [2, 6], split: ints(1, 3, 2) }, { axis: 1 }],
    [{ input: [6, 2], split: ints(4, 2) }],
    [{ input: [2, 6, 2] }, { axis: -2, num_outputs: 3 }],
    [{ input: [2, 5] }, { axis: 1, num_outputs: 2 }],
  ],
  Squeeze: [
    [{ data: [2, 1, 3, 1] }],
    [{ data: [2, 1, 3, 1], axes: ints(1) }],
    [{ data: [2, 1, 3, 1], axes: ints(-1, 1) }],
  ],
  Tile: [
    [{ input: [2, 1, 3], repeats: ints(2, 3, 1) }],
    [{ input: [2, 3], repeats: ints(1, 1) }],
    [{ input: [3], repeats: ints(2) }],
  ],
  Transpose: [
    [{ data: [2, 3, 4] }],
    [{ data: [2, 3, 4] }, { perm: [1, 2, 0] }],
    [{ data: [2, 3, 2, 2] }, { perm: [0, 2, 3, 1] }],
  ],
  Unsqueeze: [[{ data: [2, 3], axes: ints(0) }], [{ data: [2, 3], axes: ints(-1, 1) }], [{ data: [], axes: ints(0) }]],
} satisfies Cases;
