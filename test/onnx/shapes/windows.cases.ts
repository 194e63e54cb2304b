// Shape inference cases: windows.
import type { Attributes } from "../../../src/onnx/schema.js";
import { float32 } from "../../../src/tensor.js";
import type { ShapeCase as Case, ShapeCases } from "../../helpers/shape-cases.js";

type Given<O extends "AveragePool" | "Conv" | "ConvTranspose"> = Partial<Attributes<O>>;

const conv = (X: number[], W: number[], attributes: Given<"Conv"> = {}): Case => [
  [X, W],
  (op, [x, w]) => op.Conv(x!, w!, undefined, attributes),
];

const convTranspose = (X: number[], W: number[], attributes: Given<"ConvTranspose"> = {}): Case => [
  [X, W],
  (op, [x, w]) => op.ConvTranspose(x!, w!, undefined, attributes),
];

/** Of both kinds. */
const windowed: readonly [X: number[], kernel_shape: number[], attributes?: Given<"AveragePool">][] = [
  [
    [2, 3, 8, 9],
    [2, 4],
  ],
  [[2, 3, 8, 10], [3, 2], { strides: [2, 1], pads: [1, 0, 1, 0] }],
  [[2, 3, 9], [3], { strides: [2], pads: [1, 2] }],
  [
    [2, 3, 8, 9, 11],
    [3, 3, 2],
  ],
  // The same with windows that reach beyond the end.
  [[2, 7, 8], [3], { strides: [2] }],
  [[2, 7, 8], [3], { strides: [2], ceil_mode: 1 }],
  [[2, 7, 8], [3], { strides: [2], pads: [1, 2], ceil_mode: 1 }],
  // One more would begin in the end's padding, or right behind it.
  [[1, 1, 3, 3], [2, 2], { strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 }],
  [[5, 3, 7], [3], { strides: [4], pads: [1, 1], ceil_mode: 1 }],
  [[1, 3, 5], [1], { strides: [3], ceil_mode: 1 }],
];

const pooled = (opType: "AveragePool" | "MaxPool"): Case[] =>
  windowed.map(([X, kernel_shape, attributes]) => [[X], (op, [x]) => op[opType](x!, { kernel_shape, ...attributes })]);

const globallyPooled = (opType: "GlobalAveragePool" | "GlobalMaxPool"): Case[] => [
  [[[2, 3, 4, 5]], (op, [x]) => op[opType](x!)],
  [[[2, 3, 4]], (op, [x]) => op[opType](x!)],
];

const scaled = (from: number[], ...scales: number[]): Case => [
  [from],
  (op, [x]) => op.Resize(x!, undefined, op.constant("scales", float32([scales.length], scales)), undefined),
];

const sized = (from: number[], sizes: number[], axes?: number[]): Case => [
  [from],
  (op, [x]) => op.Resize(x!, undefined, undefined, op.ints(...sizes), { axes }),
];

export const windows: ShapeCases = {
  AveragePool: pooled("AveragePool"),
  Conv: [
    conv([2, 3, 9, 8], [4, 3, 3, 2]),
    conv([2, 3, 9, 8], [6, 3, 3, 2], { strides: [2, 3], pads: [0, 1, 2, 2], kernel_shape: [3, 2] }),
    conv([2, 3, 9, 8], [4, 3, 3, 2], { dilations: [2, 3] }),
    conv([2, 4, 9], [6, 2, 3], { group: 2, strides: [2], dilations: [2], pads: [3, 1] }),
    conv([2, 3, 8, 10, 12], [4, 3, 2, 2, 2]),
  ],
  ConvTranspose: [
    convTranspose([2, 3, 9, 8], [3, 5, 3, 4]),
    convTranspose([2, 3, 5, 6], [3, 4, 3, 2], { strides: [2, 3], pads: [0, 1, 1, 1], output_padding: [1, 2] }),
    convTranspose([2, 3, 9, 8], [3, 4, 3, 2], { dilations: [2, 3] }),
    convTranspose([2, 4, 9], [4, 3, 5], { group: 2, strides: [3] }),
    convTranspose([2, 3, 5, 6], [3, 4, 3, 2], { strides: [2, 2], output_shape: [12, 13] }),
  ],
  GlobalAveragePool: globallyPooled("GlobalAveragePool"),
  GlobalMaxPool: globallyPooled("GlobalMaxPool"),
  MaxPool: [
    ...pooled("MaxPool"),
    [[[2, 5, 8, 9]], (op, [x]) => op.MaxPool(x!, { kernel_shape: [3, 2], dilations: [2, 3], strides: [1, 2] })],
  ],
  Resize: [
    scaled([2, 3, 5, 7], 1, 1, 2, 3),
    scaled([2, 3, 8, 9], 1, 1, 0.5, 0.5),
    // In single precision a whole number; 0.7 itself is not one.
    scaled([10], 0.7),
    scaled([9], 1 / 3),
    sized([2, 3, 5, 7], [2, 3, 4, 9]),
    sized([2, 3, 5, 7], [9, 4], [3, -2]),
  ],
};
