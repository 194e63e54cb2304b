// One form for the models of all exporters, so that what comes after (cutting, differentiating) knows only one.
import type { Evaluate } from "./evaluate.js";
import { type Graph, type Model, type Node, subgraphs } from "./graph.js";
import { isCurrent } from "./opset/current.js";
import { takeConstantBranches } from "./passes/constant-conditions.js";
import { constantsToInitializers } from "./passes/constants.js";
import { withExplicitPads } from "./passes/explicit-pads.js";
import { gatherRows } from "./passes/gather-rows.js";
import { prune } from "./passes/prune.js";
import { singlePrecision } from "./passes/single-precision.js";
import { refuseBlockedLayout, refuseTraining } from "./refusals.js";
import { targetOpset } from "./schema.js";

/**
 * The same computation in the target opset and single precision, without functions, constants as constants, and nothing
 * left to compute or to decide that does not depend on an input.
 * @param source names the model in errors.
 * @throws RegraftError "unsupported-model" for an opset or operators that cannot be brought there, for a network in
 * training mode, and for one that is optimised for one processor.
 */
export async function normalise(model: Model, source: string, evaluate: Evaluate): Promise<Model> {
  refuseBlockedLayout(model.graph, source);
  const converted = isCurrent(model) ? model : (await import("./opset/to-target.js")).toTarget(model, source);
  const graph = prune(singlePrecision(constantsToInitializers(converted.graph)));
  const normal = { ...converted, graph, opsets: { ...converted.opsets, "": targetOpset } };
  const folded = await folding(normal, evaluate);
  const taken = takeConstantBranches(folded.graph);
  const plain = taken === folded.graph ? folded : await folding({ ...folded, graph: prune(taken) }, evaluate);
  refuseTraining(plain.graph, source);
  return { ...plain, graph: gatherRows(withExplicitPads(await withoutLists(plain.graph))) };
}

/** Many exporters fold by themselves: what does it is loaded where something is left. */
async function folding(model: Model, evaluate: Evaluate): Promise<Model> {
  if (!model.graph.nodes.some(isOfConstants)) return model;
  const { foldConstants } = await import("./passes/fold-constants.js");
  return foldConstants(model, evaluate);
}

const isOfConstants = (node: Node): boolean =>
  subgraphs(node).length === 0 && node.inputs.every((value) => !value || value.constant);

/** Lists are rare: what dissolves them is loaded for those who have some. */
async function withoutLists(graph: Graph): Promise<Graph> {
  if (!hasLists(graph)) return graph;
  const { dissolveSequences } = await import("./passes/sequences.js");
  return dissolveSequences(graph);
}

const hasLists = ({ nodes }: Graph): boolean =>
  nodes.some((node) => /Sequence/.test(node.opType) || subgraphs(node).some(hasLists));
