// The pretrained network as something that learns: its layer groups, and what their weights have become.
import { below } from "../../../heads/divide.js";
import { type LayerGroup, layerGroups } from "../../../heads/layer-groups.js";
import type { NamedConstant } from "../../../heads/unfrozen.js";
import { constant } from "../../../onnx/emit.js";
import type { Evaluate } from "../../../onnx/evaluate.js";
import type { Graph, Model, Value } from "../../../onnx/graph.js";
import { measureTypes, type ValueTypes } from "../../../onnx/passes/measure-types.js";
import { replaceValues } from "../../../onnx/rewrite.js";
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

export const named = ({ name, value }: NamedConstant): NamedConstant => ({ name: stateName(name), value });

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

/** The graph with what was learnt in place of the constants it came with. */
export function withWeights(graph: Graph, groups: readonly LayerGroup[], state: TrainingState): Graph {
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
