// What a node is put into where a device cannot run it: the form of such rules, and what they know of the device.
import type { DType } from "../../tensor.js";
import type { Ops } from "../builder.js";
import type { Node, Value } from "../graph.js";

export interface Kernels {
  /** Whether there is none for an operator on values of this type. */
  lacks(opType: string, dtype: DType): boolean;
  /** Whether that of a convolution computes something else. Channels are those of a group. */
  isWrong(use: ConvolutionUse): boolean;
  /** How many outputs that of Split has at most. */
  readonly mostParts: number;
}

export interface ConvolutionUse {
  readonly opType: "Conv" | "ConvTranspose";
  readonly group: number;
  readonly inputs: number;
  readonly outputs: number;
}

export interface Scene {
  readonly op: Ops;
  readonly node: Node;
  readonly kernels: Kernels;
}

/** What the outputs of a node become; undefined where it may, or must, stay as it is. */
export type Lowering = (scene: Scene, inputs: Node["inputs"]) => readonly (Value | undefined)[] | undefined;
