// Looks into a model: what values in its midst are when it is run.
import type { Tensor } from "../../tensor.js";
import type { Evaluate } from "../evaluate.js";
import { graphOf, type Model, type Value } from "../graph.js";

/**
 * What `outputs` give in one run of the model's graph on `feeds`, in their order.
 * @param outputs computed from values of the graph; each bears the name that it is handed.
 */
export async function probe(
  model: Model,
  outputs: readonly ((name: string) => Value)[],
  feeds: Readonly<Record<string, Tensor>>,
  evaluate: Evaluate,
): Promise<readonly Tensor[]> {
  const { name, inputs } = model.graph;
  // Longer than any input's name, so that it is none.
  const longest = inputs.reduce((longest, { name }) => (name.length > longest.length ? name : longest), "");
  const values = outputs.map((output, i) => output(`${longest}_probe_${i}`));
  const results = await evaluate({ ...model, graph: graphOf(name, inputs, values) }, feeds);
  return values.map((value) => results[value.name]!);
}
