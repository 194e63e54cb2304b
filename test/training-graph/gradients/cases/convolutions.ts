// Cases of Conv and ConvTranspose, over all they can be asked for.
import type { Case, Cases } from "./case.js";

interface Layer {
  readonly channels: number;
  /** Per group, of W's first axis. */
  readonly filters: number;
  readonly group: number;
  readonly kernel: readonly number[];
}

// Kernels with more positions than a group has channels, and with fewer: the two forms of W's gradient.
const layers: readonly Layer[] = [
  { channels: 2, filters: 3, group: 1, kernel: [3, 2] },
  { channels: 5, filters: 2, group: 1, kernel: [2, 2] },
  { channels: 2, filters: 2, group: 2, kernel: [2, 3] },
  { channels: 3, filters: 1, group: 3, kernel: [2, 2] },
  { channels: 3, filters: 1, group: 3, kernel: [1, 1] },
  { channels: 4, filters: 3, group: 2, kernel: [1, 1] },
];
const pads = [undefined, [1, 1, 1, 1], [2, 0, 0, 1]];
const strides = [undefined, [2, 2], [3, 1]];
const dilations = [undefined, [1, 2]];

const conv = ({ channels, filters, group, kernel }: Layer, size: readonly number[]) => ({
  X: [2, channels, ...size],
  W: [filters * group, channels / group, ...kernel],
  B: [filters * group],
});
const convTranspose = ({ channels, filters, group, kernel }: Layer, size: readonly number[]) => ({
  X: [2, filters * group, ...size],
  W: [filters * group, channels / group, ...kernel],
  B: [channels],
});

const grid = layers.flatMap((layer) =>
  pads.flatMap((pads) =>
    strides.flatMap((strides) =>
      dilations.map((dilations) => [layer, { group: layer.group, pads, strides, dilations }] as const),
    ),
  ),
);

const line = { channels: 4, filters: 3, group: 2, kernel: [3] };
const box = { channels: 2, filters: 3, group: 1, kernel: [2, 1, 2] };

export const convolutions = {
  Conv: [
    // 6 and 5: strides leave 0, 1 and 2 of them unread.
    ...grid.map(([layer, attributes]): Case<"Conv"> => [conv(layer, [6, 5]), attributes]),
    [conv(line, [8]), { group: 2, strides: [3], dilations: [2], pads: [2, 1] }],
    // Channels that WebGPU's own kernels get wrong.
    [conv({ channels: 6, filters: 4, group: 1, kernel: [3, 3] }, [4, 5]), {}],
    [conv({ channels: 4, filters: 2, group: 4, kernel: [2, 2] }, [3, 3]), { group: 4 }],
    [conv(line, [5]), { group: 2 }],
    [conv(box, [3, 2, 4]), { strides: [1, 1, 2], pads: [0, 0, 1, 1, 0, 0] }],
    [{ X: [1, 3, 4, 4], W: [2, 3, 4, 4] }, { kernel_shape: [4, 4] }],
    [{ X: [2, 3, 5, 5], W: [4, 3, 2, 2] }, { strides: [2, 2] }],
    [{ X: [2, 3, 7, 7], W: [4, 3, 1, 1] }, { strides: [3, 3] }],
  ],
  ConvTranspose: [
    ...grid.map(([layer, attributes]): Case<"ConvTranspose"> => [convTranspose(layer, [4, 3]), attributes]),
    [convTranspose(line, [4]), { group: 2, strides: [3], output_padding: [2], pads: [1, 0] }],
    [convTranspose(box, [2, 2, 3]), { strides: [2, 1, 2], output_padding: [1, 0, 0] }],
    ...[
      [8, 9],
      [7, 6],
      [9, 9],
    ].map(
      (output_shape): Case<"ConvTranspose"> => [convTranspose(layers[0]!, [4, 4]), { strides: [2, 2], output_shape }],
    ),
  ],
} satisfies Cases;
