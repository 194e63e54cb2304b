// The pretrained network as something that learns: its layer groups, and what their weights have become.
import { RegraftError } from "../../../errors.js";
import { above, below } from "../../../heads/divide.js";
import { type LayerGroup, layerGroups } from "../../../heads/layer-groups.js";
import type { NamedConstant, UnfrozenLayers } from "../../../heads/unfrozen.js";
import { constant } from "../../../onnx/emit.js";
import type { Evaluate } from "../../../onnx/evaluate.js";
import type { Graph, Model, Node, Value } from "../../../onnx/graph.js";
import { withoutAutoPad } from "../../../onnx/passes/auto-pad.js";
import { measureTypes, type ValueTypes } from "../../../onnx/passes/measure-types.js";
import { replaceValues } from "../../../onnx/rewrite.js";
import { tensorOf } from "../../../onnx/tensor-data.js";
import type { Tensor } from "../../../tensor.js";
import { dependents, influences, missingRules, refuseMissing } from "../../../training-graph/reach.js";
import type { Network } from "../model/frozen-network.js";
import { type Photos, repeated, twoPhotos } from "../model/probe-photos.js";
import type { TrainingState } from "../training/steps.js";

export interface Backbone {
  /** The network from image to features, with the weights it came with. */
  readonly model: Model;
  readonly groups: readonly LayerGroup[];
  /** Photos at a time, where it insists on a number. */
  readonly batch: number | undefined;
  /** Two, to try it with: noise. */
  readonly photos: Photos;
  /** Runs the network, when it is first asked for. */
  readonly types: () => Promise<ValueTypes>;
}

/** @throws RegraftError "invalid-argument" for `ends` that are no places to divide the network at. */
export function backboneOf(
  { model, cut, transform, batch }: Network,
  { source, ends, evaluate }: { source: string; ends: readonly string[] | undefined; evaluate: Evaluate },
): Backbone {
  let types: Promise<ValueTypes> | undefined;
  const photos = twoPhotos(transform);
  return {
    model,
    groups: layerGroups(cut.route, { source, ends }),
    batch,
    photos,
    types: () => (types ??= measureTypes(model, (count) => repeated(photos, count), evaluate)),
  };
}

/** What training calls a constant of the network: no head calls anything so. */
const stateName = (name: string): string => `backbone.${name}`;

const named = ({ name, value }: NamedConstant): NamedConstant => ({ name: stateName(name), value });

const constantsOf = (groups: readonly LayerGroup[]): NamedConstant[] =>
  groups.flatMap(({ weights, statistics }) => [...weights, ...statistics].map(named));

/** By the name of a parameter, its layer group, counted from `first`; the head's are in the last. */
export function groupsBy({ groups }: Backbone, first: number): (parameter: string) => number {
  const trained = groups.slice(first);
  const byName = new Map(trained.flatMap((group, i) => constantsOf([group]).map(({ name }) => [name, i] as const)));
  return (parameter) => byName.get(parameter) ?? trained.length;
}

/** Of a state, what belongs to the network. */
export const backboneState = ({ groups }: Backbone, state: TrainingState): TrainingState =>
  Object.fromEntries(constantsOf(groups).flatMap(({ name }) => (state[name] ? [[name, state[name]]] : [])));

/** The whole network with what was learnt. */
export const learnt = (backbone: Backbone, state: TrainingState): Model => ({
  ...backbone.model,
  graph: withWeights(backbone.model.graph, backbone.groups, state),
});

/** The part that runs once per photo when `first` groups are frozen; undefined when it is nothing. */
export const frozenPart = (backbone: Backbone, first: number, state: TrainingState): Model | undefined =>
  first === 0
    ? undefined
    : {
        ...backbone.model,
        graph: withWeights(below(backbone.model.graph, boundaryOf(backbone, first)), backbone.groups, state),
      };

function withWeights(graph: Graph, groups: readonly LayerGroup[], state: TrainingState): Graph {
  const known = constantsOf(groups).filter(({ name }) => state[name]);
  return replaceValues(
    graph,
    new Map(known.map(({ name, value }) => [value, constant(value.name, state[name]!)] as const)),
  );
}

/** What the part below hands over. */
export function boundaryOf({ model: { graph }, groups }: Backbone, first: number): Value {
  if (first === 0) return graph.inputs[0]!;
  return first === groups.length ? graph.outputs[0]! : groups[first - 1]!.end;
}

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
