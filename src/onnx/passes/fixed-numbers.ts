// Numbers that a network reckons from sizes and that are the same for all batches: where a slice begins, how far is padded.
// Exporters write such arithmetic for photos of any size. In training they have one, and gradient rules want to know.
import type { Tensor } from "../../tensor.js";
import { copyOf } from "../emit.js";
import type { Evaluate } from "../evaluate.js";
import { type Graph, type Model, type Node, subgraphs, type Value } from "../graph.js";
import { elementTypeOf } from "../opset/element-type.js";
import { probe } from "./probe.js";

/**
 * Integers that follow from sizes alone and are read by what does not, as far as they are equal in all runs, one for each
 * of `feeds`. Runs nothing where there is nothing to look at.
 */
export async function fixedNumbers(
  model: Model,
  feeds: readonly Readonly<Record<string, Tensor>>[],
  evaluate: Evaluate,
): Promise<ReadonlyMap<Value, Tensor>> {
  const values = reckoned(model.graph);
  if (values.length === 0) return new Map();
  const outputs = values.map((value) => (name: string) => copyOf(value, name));
  const runs: (readonly Tensor[])[] = [];
  for (const fed of feeds) runs.push(await probe(model, outputs, fed, evaluate));
  return new Map(
    values.flatMap((value, i) => {
      const [first, ...others] = runs.map((run) => run[i]!);
      return first && others.every((other) => isEqual(first, other)) ? [[value, first] as const] : [];
    }),
  );
}

/** Where the arithmetic on sizes ends. */
function reckoned({ nodes, initializers }: Graph): readonly Value[] {
  const known = new Set<Value>(initializers);
  const arithmetic = new Set<Node>();
  for (const node of nodes) {
    if (!isSize(node) && !follows(node, known)) continue;
    arithmetic.add(node);
    for (const output of node.outputs) if (output) known.add(output);
  }
  const others = nodes.filter((node) => !arithmetic.has(node));
  const read = new Set(others.flatMap(({ inputs }) => inputs.filter((value) => value !== undefined)));
  return [...read].filter((value) => value.producer && known.has(value) && isInteger(value));
}

const isSize = ({ opType, domain }: Node): boolean => domain === "" && (opType === "Shape" || opType === "Size");

/** Not what has no inputs at all: random numbers. */
const follows = (node: Node, known: ReadonlySet<Value>): boolean =>
  node.inputs.length > 0 && node.inputs.every((input) => !input || known.has(input)) && subgraphs(node).length === 0;

const isInteger = (value: Value): boolean => /^int(32|64)$/.test(elementTypeOf(value) ?? "");

const isEqual = (a: Tensor, b: Tensor): boolean => `${a.shape}: ${a.data}` === `${b.shape}: ${b.data}`;
