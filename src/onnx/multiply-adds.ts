// How much work a graph is: the multiplications and additions of its products and convolutions, which is nearly all.
import { assert } from "../errors.js";
import type { Dim, Graph, Node } from "./graph.js";
import { integerOf } from "./node-facts.js";

/** Of one photo, in a graph whose values tell their shapes. Sizes that nobody knows count as 1, the batch too. */
export const multiplyAdds = ({ nodes }: Graph): number => nodes.reduce((sum, node) => sum + ofNode(node), 0);

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

const size = (shape: readonly Dim[]): number =>
  shape.reduce<number>((product, dim) => product * (typeof dim === "number" ? dim : 1), 1);
