// PyTorch's exporter writes a view of memory as a Gather of all its elements by their places, and reckons these from the
// sizes: behind the pooling of channels-last maps it gives every element as it stands. That is a Reshape.
import type { Tensor } from "../../tensor.js";
import { copyOf } from "../emit.js";
import type { Evaluate } from "../evaluate.js";
import type { Model, Node, Value } from "../graph.js";
import { integerOf } from "../node-facts.js";
import { probe } from "./probe.js";

/**
 * The nodes that give all elements of a list in order, whatever the batch, in another shape. Runs nothing where none may.
 * @param shapes of all values, one map for each of `feeds`.
 */
export async function wholeViews(
  model: Model,
  feeds: readonly Readonly<Record<string, Tensor>>[],
  shapes: readonly ReadonlyMap<Value, readonly number[]>[],
  evaluate: Evaluate,
): Promise<ReadonlySet<Node>> {
  const nodes = model.graph.nodes.filter(
    (node) => mayView(node) && shapes.every((measured) => measured.get(node.inputs[0]!)?.length === 1),
  );
  if (nodes.length === 0) return new Set();
  const outputs = nodes.map(
    ({ inputs }) =>
      (name: string) =>
        copyOf(inputs[1]!, name),
  );
  const whole = new Set(nodes);
  for (const [i, fed] of feeds.entries()) {
    const places = await probe(model, outputs, fed, evaluate);
    for (const [k, node] of nodes.entries()) {
      const [length] = shapes[i]!.get(node.inputs[0]!)!;
      if (!isCounting(places[k]!, length!)) whole.delete(node);
    }
  }
  return whole;
}

const mayView = (node: Node): boolean =>
  node.domain === "" && node.opType === "Gather" && (integerOf(node, "axis") ?? 0) === 0 && !node.inputs[1]!.constant;

/** 0, 1, 2, … as many as there are elements. */
const isCounting = ({ data }: Tensor, length: number): boolean =>
  data.length === length && Array.from(data as ArrayLike<number | bigint>, Number).every((place, i) => place === i);
