// Shape inference cases: movement.
import { int32, int64 } from "../../../src/tensor.js";
import type { ShapeCase as Case, ShapeCases } from "../../helpers/shape-cases.js";

const reshaped = (from: number[], ...to: number[]): Case => [[from], (op, [x]) => op.Reshape(x!, op.ints(...to))];

const sliced = (from: number[], starts: number[], ends: number[], axes?: number[], steps?: number[]): Case => [
  [from],
  (op, [x]) => op.Slice(x!, op.ints(...starts), op.ints(...ends), axes && op.ints(...axes), steps && op.ints(...steps)),
];

const padded = (from: number[], pads: number[], axes?: number[]): Case => [
  [from],
  (op, [x]) => op.Pad(x!, op.ints(...pads), 0, axes && op.ints(...axes)),
];

const split = (from: number[], parts: number[], axis: number): Case[] =>
  parts.map((_, i) => [[from], (op, [x]) => op.Split(x!, op.ints(...parts), { axis })[i]!]);

const equallySplit = (from: number[], num_outputs: number, axis: number): Case[] =>
  Array.from({ length: num_outputs }, (_, i) => [
    [from],
    (op, [x]) => op.Split(x!, undefined, { axis, num_outputs })[i]!,
  ]);

export const movement: ShapeCases = {
  Concat: [
    [
      [
        [2, 3],
        [2, 4],
      ],
      (op, values) => op.Concat(values, { axis: 1 }),
    ],
    [
      [
        [2, 3],
        [4, 3],
        [1, 3],
      ],
      (op, values) => op.Concat(values, { axis: -2 }),
    ],
    [[[2, 3]], (op, values) => op.Concat(values, { axis: 0 })],
  ],
  DepthToSpace: [
    [[[2, 12, 5, 7]], (op, [x]) => op.DepthToSpace(x!, { blocksize: 2 })],
    [[[2, 36, 1, 5]], (op, [x]) => op.DepthToSpace(x!, { blocksize: 3, mode: "CRD" })],
  ],
  Expand: [
    [
      [
        [2, 1],
        [2, 3],
      ],
      (op, [x, like]) => op.Expand(x!, op.Shape(like!)),
    ],
    [[[]], (op, [x]) => op.Expand(x!, op.ints(2, 3))],
    // Either may be repeated to meet the other.
    [[[2, 1, 3]], (op, [x]) => op.Expand(x!, op.ints(4, 1))],
    [[[2, 3]], (op, [x]) => op.Expand(x!, op.ints(1))],
    [
      [[1, 3], [5]],
      (op, [x, like]) => op.Expand(x!, op.Concat([op.Shape(like!), op.Shape(x!, { start: 1 })], { axis: 0 })),
    ],
  ],
  Flatten: [
    [[[2, 3, 4]], (op, [x]) => op.Flatten(x!)],
    [[[2, 3, 1, 1]], (op, [x]) => op.Flatten(x!)],
    [[[2, 3, 4]], (op, [x]) => op.Flatten(x!, { axis: -1 })],
    [[[2, 3, 4]], (op, [x]) => op.Flatten(x!, { axis: 3 })],
    [[[2, 3]], (op, [x]) => op.Flatten(x!, { axis: 0 })],
    [[[2]], (op, [x]) => op.Flatten(x!)],
    [[[]], (op, [x]) => op.Flatten(x!, { axis: 0 })],
  ],
  Gather: [
    [[[5, 3]], (op, [data]) => op.Gather(data!, 1)],
    [[[5, 3], int32([2], [4, 0])], (op, [data, rows]) => op.Gather(data!, rows!)],
    [[[5, 3], int64([], [1])], (op, [data, row]) => op.Gather(data!, row!)],
    [[[2, 5, 3]], (op, [data]) => op.Gather(data!, -1, { axis: 1 })],
    [[[2, 5, 3], int64([2, 2], [0, 1, 2, 3])], (op, [data, rows]) => op.Gather(data!, rows!, { axis: -2 })],
  ],
  Pad: [
    padded([2, 3, 5], [0, 1, 2, 0, 2, 4]),
    padded([2, 3, 7], [0, 0, -1, 0, 0, -2]),
    padded([2, 3, 5], [-1, 4], [-1]),
    padded([2, 3, 5], [1, 2, 3, 4], [2, 0]),
    [[[2, 5]], (op, [x]) => op.Pad(x!, op.ints(0, 1, 0, 3), undefined, undefined, { mode: "reflect" })],
  ],
  Reshape: [
    reshaped([2, 3, 4], 4, 6),
    reshaped([2, 3, 4], -1, 3),
    reshaped([2, 3, 4], 0, -1),
    reshaped([2, 3, 8], 0, 0, 2, -1),
    reshaped([2, 3, 1, 1], 0, -1),
    reshaped([2, 3], -1),
    reshaped([6], 2, -1),
    reshaped([1], ...[]),
    [[[2, 0]], (op, [x]) => op.Reshape(x!, op.ints(0, 3), { allowzero: 1 })],
    [
      [
        [2, 3, 4],
        [6, 4],
      ],
      (op, [x, like]) => op.Reshape(x!, op.Shape(like!)),
    ],
    [
      [[2, 3, 4]],
      (op, [x]) => op.Reshape(x!, op.Concat([op.Shape(x!, { end: 1 }), op.ints(-1), op.ints(1)], { axis: 0 })),
    ],
  ],
  Shape: [
    [[[2, 3, 4]], (op, [x]) => op.Shape(x!)],
    [[[]], (op, [x]) => op.Shape(x!)],
    [[[2, 3, 4]], (op, [x]) => op.Shape(x!, { start: 1 })],
    [[[2, 3, 4]], (op, [x]) => op.Shape(x!, { start: -2, end: -1 })],
    [[[2, 3, 4]], (op, [x]) => op.Shape(x!, { end: 7 })],
    [[[2, 3, 4]], (op, [x]) => op.Shape(x!, { start: 2, end: 1 })],
  ],
  Slice: [
    sliced([2, 9], [1, 2], [2, 7]),
    sliced([9, 3], [2], [-2]),
    sliced([2, 9, 4], [-5], [2 ** 31 - 1], [-2]),
    sliced([2, 9], [0], [2 ** 31 - 1], [1]),
    sliced([7, 9], [0, 1], [100, 8], [1, 0], [2, 3]),
    // Beyond either end, backwards as well; nothing between them.
    sliced([9], [-100], [100], [0], [2]),
    sliced([9], [100], [-100], [0], [-2]),
    sliced([9], [-2], [2], [0], [-1]),
    sliced([9], [-100], [-200], [0], [-1]),
    sliced([9], [7], [3]),
  ],
  SpaceToDepth: [
    [[[2, 3, 10, 14]], (op, [x]) => op.SpaceToDepth(x!, { blocksize: 2 })],
    [[[2, 1, 12, 15]], (op, [x]) => op.SpaceToDepth(x!, { blocksize: 3 })],
  ],
  Split: [
    ...split([2, 9], [2, 4, 3], 1),
    ...split([9, 2], [9], -2),
    ...equallySplit([2, 12, 3], 3, 1),
    // What is left over is the last part's.
    ...equallySplit([2, 11], 3, -1),
    [
      [
        [2, 3],
        [2, 4],
      ],
      (op, [x, y]) => {
        const sizes = [x!, y!].map((part) => op.Shape(part, { start: 1 }));
        return op.Split(op.Concat([y!, x!], { axis: 1 }), op.Concat(sizes, { axis: 0 }), { axis: 1 })[1]!;
      },
    ],
  ],
  Squeeze: [
    [[[2, 1, 3, 1]], (op, [x]) => op.Squeeze(x!)],
    [[[2, 1, 3, 1]], (op, [x]) => op.Squeeze(x!, op.ints(1))],
    [[[2, 1, 3, 1]], (op, [x]) => op.Squeeze(x!, op.ints(-1, 1))],
  ],
  Tile: [
    [[[2, 1, 3]], (op, [x]) => op.Tile(x!, op.ints(2, 3, 1))],
    [[[1, 3], [5]], (op, [x, like]) => op.Tile(x!, op.Concat([op.Shape(like!), op.ints(1)], { axis: 0 }))],
  ],
  Transpose: [
    [[[2, 3, 4, 5]], (op, [x]) => op.Transpose(x!, { perm: [0, 3, 1, 2] })],
    [[[2, 3]], (op, [x]) => op.Transpose(x!, { perm: [1, 0] })],
    [[[2, 3, 4]], (op, [x]) => op.Transpose(x!)],
  ],
  Unsqueeze: [
    [[[3]], (op, [x]) => op.Unsqueeze(x!, op.ints(0))],
    [[[2, 3]], (op, [x]) => op.Unsqueeze(x!, op.ints(-1, 1))],
  ],
};
