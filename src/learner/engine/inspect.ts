// What can be told of a model without running it or having photos: whether, where and why it would be cut.
import type { ImageTransform } from "../../datasets/transform.js";
import { isRegraftError, type RegraftError } from "../../errors.js";
import { cutClassifier } from "../../heads/cut.js";
import { type Dim, type Graph, type Model, subgraphs, type Value } from "../../onnx/graph.js";
import { type DType, sizeOf } from "../../tensor.js";
import type { Platform } from "./platform.js";
import { type FoundModel, findPretrained, preparationOf } from "./pretrained.js";

/** Plain data, but for `problem`. */
export interface Inspection {
  readonly name: string;
  readonly licence: string | undefined;
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
  /** Classes of the classifier that is replaced. */
  readonly classes: number;
  readonly frozenParameters: number;
  readonly classifierParameters: number;
}

/**
 * Reads a model: a name in `models/`, a path, or bytes.
 * @throws RegraftError "model-not-found", "invalid-model", "file-access". That a sound model cannot be fine-tuned is not
 * thrown but told as `problem`.
 */
export async function inspectModel(platform: Platform, model: string | Uint8Array): Promise<Inspection> {
  const found = await findPretrained(platform, model);
  const { graph, opsets } = found.model;
  return {
    name: found.name,
    licence: found.licence,
    producer: producerOf(found.model),
    opsets,
    // Old files list their weights among the inputs.
    inputs: graph.inputs.filter((input) => !input.constant).map(inspected),
    outputs: graph.outputs.map(inspected),
    operators: countOperators(graph),
    parameters: countParameters(graph),
    ...graftOf(found),
  };
}

function graftOf(found: FoundModel): Pick<Inspection, "graft" | "problem"> {
  const { model, name } = found;
  try {
    const cut = cutClassifier(model.graph, name);
    const frozenParameters = countParameters(cut.frozen);
    const graft = {
      ...preparationOf(found),
      cutReason: cut.reason,
      features: cut.featureCount,
      classes: cut.classes,
      frozenParameters,
      classifierParameters: countParameters(model.graph) - frozenParameters,
    };
    return { graft, problem: undefined };
  } catch (error) {
    if (!isRegraftError(error)) throw error;
    return { graft: undefined, problem: error };
  }
}

const inspected = ({ name, dtype, shape }: Value): InspectedValue => ({ name, dtype, shape });

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

// Constants of these types are shapes, axes and switches.
const noWeights: ReadonlySet<DType | undefined> = new Set(["int64", "bool", "string", undefined]);

function countParameters(graph: Graph): number {
  const weights = withSubgraphs(graph)
    .flatMap(({ initializers }) => initializers)
    .filter(({ dtype }) => !noWeights.has(dtype));
  return weights.reduce((sum, { shape = [] }) => sum + sizeOf(shape as readonly number[]), 0);
}

const withSubgraphs = (graph: Graph): Graph[] => [graph, ...graph.nodes.flatMap(subgraphs).flatMap(withSubgraphs)];
