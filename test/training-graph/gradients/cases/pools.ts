// Cases of pools: windows that overlap, that leave elements out, that reach into padding and beyond it.
import type { Case, Cases } from "./case.js";

const image = { X: [2, 3, 6, 7] };
const line = { X: [2, 2, 7] };
const box = { X: [1, 2, 3, 4, 3] };

const kernel_shape = [3, 3];

/** What both kinds of window may be asked for. */
const windows = [
  [image, { kernel_shape: [2, 2], strides: [2, 2] }],
  [image, { kernel_shape: [2, 3] }],
  [image, { kernel_shape, strides: [2, 2], pads: [1, 1, 1, 1] }],
  [image, { kernel_shape, strides: [1, 1], pads: [1, 1, 1, 1] }],
  [image, { kernel_shape, strides: [3, 2], pads: [0, 2, 1, 0] }],
  [image, { kernel_shape: [1, 1], strides: [2, 3] }],
  [image, { kernel_shape: [2, 1], strides: [4, 3] }],
  [image, { kernel_shape: [6, 7] }],
  // Three rows more than two windows of stride 4 cover: the unread are more than the padding.
  [{ X: [1, 1, 9, 4] }, { kernel_shape: [2, 2], strides: [4, 4], pads: [0, 0, 1, 1] }],
  [line, { kernel_shape: [3], strides: [2], pads: [1, 0] }],
  [line, { kernel_shape: [3] }],
  [box, { kernel_shape: [2, 2, 2], strides: [1, 2, 1], pads: [0, 0, 1, 0, 1, 0] }],
] as const;

/**
 * Where windows reach beyond X, or beyond its padding. Not where the last one would begin there and is none: the runtime
 * counts it when it infers shapes and leaves it out when it runs, so it loads no gradient of such a pool.
 */
const ceiled = [
  [image, { kernel_shape, strides: [2, 2], ceil_mode: 1 }],
  [image, { kernel_shape, strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 }],
  [image, { kernel_shape, strides: [2, 3], pads: [0, 1, 1, 1], ceil_mode: 1 }],
  [line, { kernel_shape: [2], strides: [2], ceil_mode: 1 }],
  [line, { kernel_shape: [4], strides: [3], pads: [1, 1], ceil_mode: 1 }],
] as const;

export const pools = {
  AveragePool: [...windows, ...ceiled].flatMap(([inputs, attributes]): Case<"AveragePool">[] =>
    [0, 1].map((count_include_pad) => [inputs, { ...attributes, count_include_pad }]),
  ),
  GlobalAveragePool: [[image], [line], [box], [{ X: [2, 3, 1, 1] }]],
  GlobalMaxPool: [[image], [line], [box], [{ X: [2, 3, 1, 1] }]],
  MaxPool: [
    ...windows,
    ...ceiled,
    [image, { kernel_shape: [2, 2], dilations: [2, 3] }],
    [image, { kernel_shape: [3, 2], dilations: [2, 2], strides: [2, 1], pads: [1, 0, 1, 1] }],
    [image, { kernel_shape: [2, 3], dilations: [3, 2], strides: [2, 2], pads: [1, 1, 0, 1], ceil_mode: 1 }],
    [line, { kernel_shape: [2], dilations: [3], strides: [2] }],
  ],
} satisfies Cases;
