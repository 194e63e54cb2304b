// Which values are tensors. Only these have a shape, and only at these a graph can be cut.
import type { Node, Value } from "./graph.js";

/** Operators that give lists, maps or options. */
const others: Readonly<Record<string, ReadonlySet<string>>> = {
  "": new Set([
    ...["SequenceConstruct", "SequenceEmpty", "SequenceInsert", "SequenceErase", "SequenceMap", "SplitToSequence"],
    "Optional",
  ]),
  "ai.onnx.ml": new Set(["ZipMap"]),
};

/** The outputs of a node that are tensors, as far as its operator tells. */
export const tensorOutputs = ({ opType, domain, outputs }: Node): Value[] =>
  Object.hasOwn(others, domain) && others[domain]!.has(opType) ? [] : outputs.filter((value) => value !== undefined);
