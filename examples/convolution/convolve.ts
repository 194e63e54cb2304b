// What a convolution does, as the network does it: a graph of one Conv, run by ONNX Runtime.
import { createOps } from "../../src/onnx/builder.js";
import { graphOf } from "../../src/onnx/graph.js";
import { targetOpset } from "../../src/onnx/schema.js";
import { writeModel } from "../../src/onnx/write.js";
import { createNodeRuntime } from "../../src/runtime/node.js";
import { float32, type Tensor } from "../../src/tensor.js";

const runtime = createNodeRuntime();

export interface Steps {
  /** Pixels that the kernel moves on by. */
  readonly strides?: readonly [number, number];
  /** Zeros around the photo: top, left, bottom, right. */
  readonly pads?: readonly [number, number, number, number];
}

/** @param x [1, C, H, W]. @param kernels [K, C, h, w]. Gives [1, K, H', W']. */
export async function convolve(
  x: Tensor<"float32">,
  kernels: Tensor<"float32">,
  { strides = [1, 1], pads = [0, 0, 0, 0] }: Steps = {},
): Promise<Tensor<"float32">> {
  const op = createOps();
  const image = { name: "x", dtype: "float32", shape: x.shape } as const;
  const y = op.Conv(image, op.constant("kernels", kernels), undefined, { strides: [...strides], pads: [...pads] });
  const model = { graph: graphOf("convolution", [image], [y]), opsets: { "": targetOpset }, metadata: {} };
  const session = await runtime.createSession(writeModel(model), "the convolution", { device: "cpu" });
  try {
    const outputs = await session.run({ x });
    return outputs[session.outputNames[0]!] as Tensor<"float32">;
  } finally {
    await session.release();
  }
}

/** How many pixels are left of `n`: as often as the kernel fits when it moves on by the stride, ⌊(n + 2p - k) / s⌋ + 1. */
export const sizeAfter = (
  n: number,
  { kernel, padding, stride }: { kernel: number; padding: number; stride: number },
) => Math.floor((n + 2 * padding - kernel) / stride) + 1;

/** A kernel for one channel: [1, 1, 3, 3]. */
export const kernelOf = (values: readonly number[]): Tensor<"float32"> => float32([1, 1, 3, 3], values);

export interface Kernel {
  readonly name: string;
  /** What it does, in a sentence. */
  readonly says: string;
  /** Row by row. */
  readonly values: readonly number[];
  /** Results may be negative: grey is 0 then. */
  readonly signed: boolean;
}

const ninth = 1 / 9;

export const kernels: readonly Kernel[] = [
  {
    ...{ name: "Identity", values: [0, 0, 0, 0, 1, 0, 0, 0, 0], signed: false },
    says: "Only the pixel in the middle counts: nothing changes.",
  },
  {
    ...{ name: "Box blur", values: Array<number>(9).fill(ninth), signed: false },
    says: "Every pixel becomes the mean of itself and its eight neighbours.",
  },
  {
    ...{ name: "Sharpen", values: [0, -1, 0, -1, 5, -1, 0, -1, 0], signed: false },
    says: "What differs from its neighbours is made to differ more. The numbers add up to 1: even areas stay as they are.",
  },
  {
    ...{ name: "Sobel x", values: [-1, 0, 1, -2, 0, 2, -1, 0, 1], signed: true },
    says: "Right less left: upright edges. Bright where it gets brighter to the right, dark where it gets darker, grey where nothing changes.",
  },
  {
    ...{ name: "Sobel y", values: [-1, -2, -1, 0, 0, 0, 1, 2, 1], signed: true },
    says: "Below less above: level edges. It is Sobel x, turned.",
  },
  {
    ...{ name: "Emboss", values: [-2, -1, 0, -1, 1, 1, 0, 1, 2], signed: false },
    says: "Light from the upper left: edges that fall away to the lower right cast a shadow.",
  },
];
