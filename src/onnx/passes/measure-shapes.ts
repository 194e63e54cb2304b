// Shapes from the runtime itself: exact for every operator, which no inference of ours would be.
import type { Tensor } from "../../tensor.js";
import { emit } from "../emit.js";
import type { Evaluate } from "../evaluate.js";
import type { Model, Value } from "../graph.js";
import { probe } from "./probe.js";

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
  const outputs = list.map(
    (value) => (name: string) => emit("Shape", name, [value], { dtype: "int64", shape: [value.shape?.length] }),
  );
  const shapes = await probe(model, outputs, feeds, evaluate);
  return new Map(list.map((value, i) => [value, Array.from(shapes[i]!.data as BigInt64Array, Number)]));
}
