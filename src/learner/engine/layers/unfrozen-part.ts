// The layers of a backbone that are trained, or why they cannot be.
import { RegraftError } from "../../../errors.js";
import { above } from "../../../heads/divide.js";
import type { NamedConstant, UnfrozenLayers } from "../../../heads/unfrozen.js";
import type { Graph, Node } from "../../../onnx/graph.js";
import { withoutAutoPad } from "../../../onnx/passes/auto-pad.js";
import type { ValueTypes } from "../../../onnx/passes/measure-types.js";
import { tensorOf } from "../../../onnx/tensor-data.js";
import type { Tensor } from "../../../tensor.js";
import { dependents, influences, missingRules } from "../../../training-graph/reach.js";
import { refuseMissing } from "../../../training-graph/reach-by.js";
import type { TrainingState } from "../training/steps.js";
import { type Backbone, boundaryOf, named, withWeights } from "./backbone.js";

/**
 * The layers to train when `first` groups are frozen, fewer than there are.
 * @param state what was learnt before.
 * @throws RegraftError "unsupported-op" when a gradient cannot be had, with how far it can; "unsupported-model" for a
 * network that insists on a number of photos.
 */
export async function unfrozenPart(
  backbone: Backbone,
  first: number,
  { state, trainStatistics }: { readonly state: TrainingState; readonly trainStatistics: boolean },
): Promise<UnfrozenLayers> {
  refuseFixedBatch(backbone);
  const types = await backbone.types();
  // A weight may also be one of a frozen group: what that has learnt is a constant here.
  const graph = withWeights(layersFrom(backbone, first, types), backbone.groups.slice(0, first), state);
  refuseMissing(missingFrom(backbone, first, graph), () => adviceFor(backbone, first, types));
  const groups = backbone.groups.slice(first);
  const reached = influences(graph.nodes, graph.outputs[0]!);
  const weights = groups.flatMap((group) => group.weights.map(named)).filter(({ value }) => reached.has(value));
  const statistics = trainStatistics ? groups.flatMap((group) => group.statistics.map(named)) : [];
  const startOf = ({ name, value }: NamedConstant) => [name, state[name] ?? tensorOf(value.constant!)];
  const start: Record<string, Tensor<"float32">> = Object.fromEntries([...weights, ...statistics].map(startOf));
  return { graph, weights, statistics, norms: trainStatistics ? "batch" : "running", start };
}

/** The network above the boundary as gradient rules want it: of known types and sizes. */
function layersFrom(backbone: Backbone, first: number, types: ValueTypes): Graph {
  return withoutAutoPad(above(backbone.model.graph, boundaryOf(backbone, first), types));
}

/** Nodes on the way from the loss to the weights of all groups but the first ones that no rule leads through. */
function missingFrom({ groups }: Backbone, first: number, { nodes }: Graph): readonly Node[] {
  const weights = groups.slice(first).flatMap((group) => group.weights.map(({ value }) => value));
  const active = dependents(nodes, weights);
  return missingRules(
    nodes.filter(({ outputs }) => outputs.some((output) => output && active.has(output))),
    active,
  );
}

function adviceFor(backbone: Backbone, first: number, types: ValueTypes): string {
  const { groups } = backbone;
  const isPossible = (i: number): boolean => missingFrom(backbone, i, layersFrom(backbone, i, types)).length === 0;
  const possible = groups.findIndex((_, i) => i > first && isPossible(i));
  return possible < 0
    ? "Of this network only the head can be trained: freeze()."
    : `It can be unfrozen down to layer group ${possible} ("${groups[possible]!.name}"): freezeTo(${possible}).`;
}

function refuseFixedBatch({ batch }: Backbone): void {
  if (batch === undefined) return;
  const reason =
    batch === 1 ? "it takes one photo at a time" : `it takes ${batch} photos at a time, no more and no fewer`;
  throw new RegraftError(
    "unsupported-model",
    { source: "the network", reason },
    `Of this network only the head can be trained: ${reason}. Export it with a free batch (dynamic axes).`,
  );
}
