// Computes once what depends on no input: transposed and dequantized weights, arithmetic on sizes.
import { assert } from "../../errors.js";
import { copyOf } from "../emit.js";
import type { Evaluate } from "../evaluate.js";
import { type Graph, graphOf, type Model, type Node, reads, subgraphs, type Value } from "../graph.js";
import { replaceValues } from "../rewrite.js";
import { lookups } from "./lookup-tables.js";
import { prune } from "./prune.js";
import { type Extent, extentOf, resultExtent } from "./static-extents.js";

/**
 * The model with constants in place of all that can be computed without its inputs, but for what would be larger than
 * the constants it is made of (by more than 2^18 elements, 1 MiB of float32), random numbers, and control flow; tables
 * stay as they were learnt, see lookup-tables.ts. Nodes inside subgraphs stay. Usually runs `evaluate` once, again when
 * what it found tells how large something else is, and not at all when there is nothing to fold; then the model is the
 * same.
 *
 * What `evaluate` throws is passed on: these operators run as they are whenever the network runs, so it is broken.
 */
export async function foldConstants(model: Model, evaluate: Evaluate): Promise<Model> {
  let folded = model;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const values = foldable(folded.graph);
    if (values.length === 0) break;
    folded = await fold(folded, values, evaluate);
  }
  return folded;
}

/** Networks need one or two; a file could be made to need thousands. */
const MAX_ROUNDS = 8;
/** Elements that a value may have beyond those of its constants. */
const ALLOWANCE = 2 ** 18;
/** The same for all values of a round together. */
const TOTAL_ALLOWANCE = 2 ** 22;
/** Following more constants than this to where they go would take long, and nothing real is made of so many. */
const MAX_ORIGINS = 1000;

async function fold(model: Model, values: readonly Value[], evaluate: Evaluate): Promise<Model> {
  // Names of values need not be unique inside; those of outputs must.
  const outputs = values.map((value, i) => copyOf(value, `constant_${i}`));
  const results = await evaluate({ graph: graphOf("constants", [], outputs), opsets: model.opsets, metadata: {} }, {});
  const constants = values.map(({ producer: _, ...value }, i): [Value, Value] => {
    const tensor = results[`constant_${i}`];
    assert(tensor, `evaluating constants gave no constant_${i}`);
    return [values[i]!, { ...value, dtype: tensor.dtype, shape: tensor.shape, constant: { tensor } }];
  });
  return { ...model, graph: prune(replaceValues(model.graph, new Map(constants))) };
}

/** Where the part that can be computed ends: its values that something else reads. */
function foldable(graph: Graph): readonly Value[] {
  const known = computable(graph);
  const isKnown = ({ outputs }: Node): boolean => outputs.some((value) => value && known.has(value));
  const knownTo = (isReader: (node: Node) => boolean): readonly Value[] => {
    const read = [...graph.nodes.filter(isReader).flatMap(reads), ...graph.outputs];
    return [...new Set(read)].filter((value) => known.has(value));
  };
  const ends = knownTo((node) => !isKnown(node));
  const kept = lookups(ends, (value) => (value.constant ? extentOfConstant(value) : known.get(value)?.extent)?.size);
  const candidates = knownTo((node) => !isKnown(node) || kept.has(node)).filter(({ producer }) => !kept.has(producer!));
  const origins = new Set(candidates.flatMap((value) => [...known.get(value)!.origins]));
  let left = sizeOfAll(origins) + TOTAL_ALLOWANCE;
  return candidates.filter((value) => {
    const { size } = known.get(value)!.extent;
    if (size > left) return false;
    left -= size;
    return true;
  });
}

interface Computable {
  readonly extent: Extent;
  /** The constants it is made of. */
  readonly origins: ReadonlySet<Value>;
}

function computable(graph: Graph): ReadonlyMap<Value, Computable> {
  const found = new Map<Value, Computable>();
  const given = (value: Value): Computable | undefined =>
    value.constant ? { extent: extentOfConstant(value), origins: new Set([value]) } : found.get(value);
  for (const node of graph.nodes) {
    if (subgraphs(node).length > 0) continue;
    const inputs = node.inputs.map((value) => value && given(value));
    if (inputs.some((input, i) => node.inputs[i] && !input)) continue;
    const extent = resultExtent(
      node,
      inputs.map((input) => input?.extent),
    );
    const origins = new Set(inputs.flatMap((input) => [...(input?.origins ?? [])]));
    if (!extent || origins.size > MAX_ORIGINS || !(extent.size <= sizeOfAll(origins) + ALLOWANCE)) continue;
    for (const output of node.outputs) if (output) found.set(output, { extent, origins });
  }
  return found;
}

const extentOfConstant = ({ shape }: Value): Extent => extentOf(shape as readonly number[]);

const sizeOfAll = (constants: ReadonlySet<Value>): number =>
  [...constants].reduce((sum, constant) => sum + extentOfConstant(constant).size, 0);
