// What a graph is made of, for tests against the table of operators per device.
import { assert } from "../../src/errors.js";
import { type Graph, type Node, subgraphs } from "../../src/onnx/graph.js";
import { ownTypes } from "../../src/onnx/operators.js";
import { inputNames, isOpType } from "../../src/onnx/schema.js";
import type { DType } from "../../src/tensor.js";

/** An operator and the element type it computes on. */
export type OperatorUse = `${string} ${DType}`;

/** The operators of a graph and of the graphs inside it, once each, sorted. */
export const operatorsOf = (graph: Graph): OperatorUse[] => [...new Set(usesIn(graph))].sort();

const usesIn = (graph: Graph): OperatorUse[] =>
  graph.nodes.flatMap((node) => [useOf(node), ...subgraphs(node).flatMap(usesIn)]);

/**
 * The type is that of the first input whose type the operator leaves open: what Gather takes from, not its indices; what
 * a Loop carries, not its trip count and condition.
 */
function useOf({ opType, domain, inputs }: Node): OperatorUse {
  const names = isOpType(opType) ? inputNames(opType) : [];
  const open = opType === "Loop" ? inputs.slice(2) : inputs.filter((_, i) => !Object.hasOwn(ownTypes, names[i] ?? ""));
  const type = [...open, ...inputs].find((input) => input?.dtype)?.dtype;
  assert(type, `the type of ${opType} is known`);
  return `${domain && `${domain}.`}${opType} ${type}`;
}
