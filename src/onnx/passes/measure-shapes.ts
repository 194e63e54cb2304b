// Shapes from the runtime itself: exact for every operator, which no inference of ours would be.
import type { Tensor } from "../../tensor.js";
import { emit } from "../emit.js";
import type { Evaluate } from "../evaluate.js";
import { graphOf, type Model, type Value } from "../graph.js";

/**
 * The shapes that `values` of the model's graph have when it is run on `feeds`. One run; only the shapes leave it, so it
 * takes no more memory than the run itself.
 */
export async function measureShapes(
  model: Model,
  values: Iterable<Value>,
  feeds: Readonly<Record<string, Tensor>>,
  evaluate: Evaluate,
): Promise<ReadonlyMap<Value, readonly number[]>> {
  const list = [...new Set(values)];
  if (list.length === 0) return new Map();
  const { name, inputs } = model.graph;
  // Longer than any input's name, so that it is none.
  const longest = inputs.reduce((longest, { name }) => (name.length > longest.length ? name : longest), "");
  const nameOf = (i: number): string => `${longest}_shape_${i}`;
  const outputs = list.map((value, i) =>
    emit("Shape", nameOf(i), [value], { dtype: "int64", shape: [value.shape?.length] }),
  );
  const results = await evaluate({ ...model, graph: graphOf(name, inputs, outputs) }, feeds);
  return new Map(list.map((value, i) => [value, Array.from(results[nameOf(i)]!.data as BigInt64Array, Number)]));
}
