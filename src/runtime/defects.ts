// Kernels of ONNX Runtime that give wrong results, or fail, by device: as of 1.30.0, the wrong ones measured over all counts
// of channels up to 32 (test/slow/browser-gradients.test.ts has cases of each).
import type { DeviceName } from "./devices.js";

/** A convolution by what its kernels are chosen by. */
export interface ConvolutionUse {
  readonly opType: "Conv" | "ConvTranspose";
  readonly group: number;
  /** Channels of a group. */
  readonly inputs: number;
  readonly outputs: number;
}

/** Whether the device's kernel computes something else. */
export const isWrongOn = (device: DeviceName, use: ConvolutionUse): boolean =>
  device === "webgpu" && (use.opType === "Conv" ? wrongConv(use) : wrongConvTranspose(use));

/** The kernel that reads three channels at once, chosen beside a number of outputs that is a multiple of four. */
const wrongConv = ({ group, inputs, outputs }: ConvolutionUse): boolean =>
  group === 1 && inputs > 3 && inputs % 3 === 0 && inputs % 4 !== 0 && outputs % 4 === 0;

/** The kernels that read two or four channels of a group at once read those of the first group only. */
const wrongConvTranspose = ({ group, inputs, outputs }: ConvolutionUse): boolean =>
  group > 1 && outputs === 1 && inputs % 2 === 0;

/**
 * How many outputs its Split can have: more, and it loads, and fails when it is run. A shader of WebGPU may have eight
 * buffers on any GPU; one of them is what is split.
 */
export const mostParts = (device: DeviceName): number => (device === "webgpu" ? 7 : Number.POSITIVE_INFINITY);
