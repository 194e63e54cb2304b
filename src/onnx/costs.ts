// What a graph costs a photo, in work and in memory. Its values tell their shapes; sizes that nobody knows count as 1, the
// batch too.
import { assert } from "../errors.js";
import { sizeOf } from "../tensor.js";
import type { Dim, Graph, Node } from "./graph.js";
import { integerOf } from "./node-facts.js";
import { isNumber } from "./shapes/dims.js";
import { tensorOutputs } from "./tensor-values.js";

/** The multiplications and additions of its products and convolutions, which is nearly all. */
export const multiplyAdds = ({ nodes }: Graph): number => nodes.reduce((sum, node) => sum + ofNode(node), 0);

/** Bytes of all that its nodes compute, at four each: training keeps most of it for the way back. */
export const activationBytes = ({ nodes }: Graph): number =>
  4 * nodes.flatMap(tensorOutputs).reduce((sum, value) => sum + size(value.shape ?? []), 0);

function ofNode(node: Node): number {
  const { opType, inputs, outputs } = node;
  const shapeOf = (value: Node["inputs"][number]): readonly Dim[] => {
    assert(value, `${opType} has its operands`);
    return value.shape ?? [];
  };
  switch (opType) {
    // Every output is a sum over the kernel and the channels of its group.
    case "Conv":
      return size(shapeOf(outputs[0])) * size(shapeOf(inputs[1]).slice(1));
    // Every input goes to as many outputs.
    case "ConvTranspose":
      return size(shapeOf(inputs[0])) * size(shapeOf(inputs[1]).slice(1));
    case "MatMul":
      return size(shapeOf(outputs[0])) * size(shapeOf(inputs[0]).slice(-1));
    case "Gemm": {
      const inner = shapeOf(inputs[0])[integerOf(node, "transA") ? 0 : 1];
      return size(shapeOf(outputs[0])) * size([inner]);
    }
    default:
      return 0;
  }
}

const size = (shape: readonly Dim[]): number => sizeOf(shape.filter(isNumber));
