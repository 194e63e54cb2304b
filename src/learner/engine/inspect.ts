// What can be told of a model without photos: what it is, whether, where and why it would be cut.
import type { ImageTransform } from "../../datasets/transform.js";
import { isRegraftError, type RegraftError } from "../../errors.js";
import { layerGroups } from "../../heads/layer-groups.js";
import { type Dim, type Graph, type Model, type Node, reads, subgraphs, type Value } from "../../onnx/graph.js";
import { tensorTypeOf } from "../../onnx/value-info.js";
import { type DType, sizeOf } from "../../tensor.js";
import type { CallContext } from "../border/channel.js";
import { hostDevice } from "./device/device.js";
import { findPretrained } from "./model/find-model.js";
import type { CutRequest } from "./model/frozen-network.js";
import { openNetwork } from "./model/network.js";
import { preparationOf } from "./model/pretrained.js";
import type { FoundModel } from "./model/read-model.js";
import type { Platform } from "./platform.js";

/** Plain data, but for `problem`. */
export interface Inspection {
  readonly name: string;
  readonly licence: string | undefined;
  /** What the user should know of how it was found, in sentences. */
  readonly notices: readonly string[];
  /** The program that wrote the file, with its version; "" when the file does not say. */
  readonly producer: string;
  /** Domain → version; "" is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly InspectedValue[];
  readonly outputs: readonly InspectedValue[];
  /** The most frequent first, subgraphs included; those outside of ONNX's own domain as `domain.Operator`. */
  readonly operators: readonly { readonly name: string; readonly count: number }[];
  /** Numbers in the weights, statistics of batch normalisation included. */
  readonly parameters: number;
  /** How photos are prepared and where the cut is; absent when `problem` says why there is none. */
  readonly graft: Graft | undefined;
  readonly problem: RegraftError | undefined;
}

export interface InspectedValue {
  readonly name: string;
  readonly dtype: DType | undefined;
  /** Absent when not even the rank is known. */
  readonly shape: readonly Dim[] | undefined;
}

export interface Graft {
  readonly transform: ImageTransform;
  readonly transformReason: string;
  readonly cutReason: string;
  /** Width of the features that a new head is trained on. */
  readonly features: number;
  /** Classes of the classifier that is replaced, where one was looked for. */
  readonly classes: number | undefined;
  readonly frozenParameters: number;
  /** Of all that is cut off. */
  readonly classifierParameters: number;
  /** What can be frozen, or trained at a rate of its own, from the image on; the head is the group after the last. */
  readonly layerGroups: readonly InspectedGroup[];
}

export interface InspectedGroup {
  readonly name: string;
  /** Numbers that can be trained. */
  readonly parameters: number;
  readonly operators: number;
}

/**
 * Reads a model, and runs it once to see where it can be cut.
 * @param model a name in `models/`, a path, or bytes.
 * @throws RegraftError "model-not-found", "invalid-model", "file-access". That a sound model cannot be fine-tuned is not
 * thrown but told as `problem`.
 */
export async function inspectModel(
  platform: Platform,
  model: string | Uint8Array,
  request: CutRequest = { at: undefined, pool: "own" },
  context?: CallContext,
): Promise<Inspection> {
  const found = await findPretrained(platform, model, context);
  const { graph, opsets } = found.model;
  return {
    name: found.name,
    licence: found.licence,
    notices: found.notices,
    producer: producerOf(found.model),
    opsets,
    // Old files list their weights among the inputs.
    inputs: graph.inputs.filter((input) => !input.constant).map(inspected),
    outputs: graph.outputs.map(inspected),
    operators: countOperators(graph),
    parameters: parametersOf(graph.nodes),
    ...(await graftOf(platform, found, request)),
  };
}

async function graftOf(
  { runtime }: Platform,
  found: FoundModel,
  request: CutRequest,
): Promise<Pick<Inspection, "graft" | "problem">> {
  try {
    const preparation = preparationOf(found);
    const device = await hostDevice(runtime);
    const { cut, session, whole } = await openNetwork({ ...found, ...preparation }, runtime, device, {
      ...request,
      at: request.at ?? found.cut,
    });
    await session.release();
    // The registry's names are those on the way to its own cut.
    const ends = request.at === undefined ? found.layerGroups : undefined;
    const frozenParameters = parametersOf(cut.frozen.nodes);
    const graft = {
      ...preparation,
      cutReason: cut.reason,
      features: cut.featureCount,
      classes: cut.classes,
      frozenParameters,
      classifierParameters: parametersOf(whole.nodes) - frozenParameters,
      layerGroups: layerGroups(cut.route, { source: found.name, ends }).map(({ name, parameters, nodes }) => ({
        name,
        parameters,
        operators: nodes.length,
      })),
    };
    return { graft, problem: undefined };
  } catch (error) {
    if (!isRegraftError(error)) throw error;
    return { graft: undefined, problem: error };
  }
}

/** As the file has it: halves are float32 by now. */
const inspected = ({ name, dtype, shape, proto }: Value): InspectedValue => ({
  name,
  dtype,
  shape,
  ...tensorTypeOf(proto),
});

const producerOf = ({ proto }: Model): string =>
  [proto?.producer_name, proto?.producer_version].filter(Boolean).join(" ");

function countOperators(graph: Graph): Inspection["operators"] {
  const counts = new Map<string, number>();
  for (const { nodes } of withSubgraphs(graph)) {
    for (const { domain, opType } of nodes) {
      const name = domain === "" ? opType : `${domain}.${opType}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

const withSubgraphs = (graph: Graph): Graph[] => [graph, ...graph.nodes.flatMap(subgraphs).flatMap(withSubgraphs)];

/** Constants of these types are shapes, axes and switches. */
const noWeights = new Set<Value["dtype"]>(["int64", "bool", "string", undefined]);

/** Numbers in the constants that nodes read, their subgraphs included; `seen` are those counted before. */
function parametersOf(nodes: readonly Node[], seen = new Set<Value>()): number {
  const read = nodes.flatMap((node) => [
    ...reads(node),
    ...subgraphs(node).flatMap(({ initializers }) => initializers),
  ]);
  const fresh = new Set(read.filter((value) => value.constant && !noWeights.has(value.dtype) && !seen.has(value)));
  for (const value of fresh) seen.add(value);
  const inner = nodes.flatMap(subgraphs).reduce((sum, graph) => sum + parametersOf(graph.nodes, seen), 0);
  return [...fresh].reduce((sum, { shape = [] }) => sum + sizeOf(shape as readonly number[]), inner);
}
