// What a rule of the opset conversion is, and the words that rules are written in.
import type { Tensor } from "../../tensor.js";
import { emit } from "../emit.js";
import { type Attribute, createNode, type Node, type Value } from "../graph.js";
import { nodeName } from "../node-facts.js";
import { tensorOf } from "../tensor-data.js";

/**
 * Rewrites a node of one operator from the form before a version of ONNX's operator set to the form since then, or back.
 * Gives what takes the place of the node's outputs.
 */
export type Rule = (node: Node, emit: Emit) => Node["outputs"];

/** A new node with one output, which serves the node that is rewritten. */
export type Emit = (opType: string, inputs: Node["inputs"], attributes?: Node["attributes"]) => Value;

/** What happens to an operator; the keys are the opset versions in which the operator changed. */
export interface OperatorRules {
  /** From the form before the version to the form since. */
  readonly up?: Readonly<Record<number, Rule>>;
  /** From the form since the version to one that the target has as well. */
  readonly down?: Readonly<Record<number, Rule>>;
}

/** Why a node cannot be converted; all of a graph's end up in one error. */
export class Refusal extends Error {
  /** @param isUnsound the file itself is wrong, whatever the opset. */
  constructor(
    message: string,
    readonly isUnsound = false,
  ) {
    super(message);
  }
}

/** @param reason follows the node's name: "its mode is …". */
export function refuse(reason: string): never {
  throw new Refusal(reason);
}

export const emitFor =
  (node: Node): Emit =>
  (opType, inputs, attributes = {}) => {
    const name = `${nodeName(node) || node.opType}_${opType}`;
    return emit(opType, name, inputs, { attributes });
  };

/** The same node, said otherwise: its outputs keep their names, types and shapes. */
export function become(node: Node, changes: Partial<Pick<Node, "opType" | "inputs" | "attributes">>): Node["outputs"] {
  const { outputs, ...fields } = { ...node, ...changes };
  const inputs = fields.inputs.slice(0, fields.inputs.findLastIndex(Boolean) + 1);
  return createNode({ ...fields, inputs }, outputs).outputs;
}

interface Plain {
  INT: number;
  FLOAT: number;
  STRING: string;
  INTS: readonly (number | bigint)[];
  FLOATS: readonly number[];
}

/** An attribute's value, or undefined where the node does not state it. */
export function attribute<T extends keyof Plain>(node: Node, name: string, type: T): Plain[T] | undefined {
  const found = node.attributes[name];
  if (found === undefined) return undefined;
  if (found.type !== type) throw new Refusal(`its attribute ${name} is no ${type}`, true);
  return (type === "INT" ? Number(found.value) : found.value) as Plain[T];
}

export function requiredAttribute<T extends keyof Plain>(node: Node, name: string, type: T): Plain[T] {
  const value = attribute(node, name, type);
  if (value === undefined) throw new Refusal(`it lacks the attribute ${name}`, true);
  return value;
}

export function requiredInput(node: Node, index: number): Value {
  const value = node.inputs[index];
  if (!value) throw new Refusal(`it lacks its input ${index}`, true);
  return value;
}

/** A node's attributes but these. */
export const without = ({ attributes }: Node, ...names: readonly string[]): Node["attributes"] =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

export const int = (value: number): Attribute => ({ type: "INT", value });
export const ints = (...value: readonly number[]): Attribute => ({ type: "INTS", value });
export const float = (value: number): Attribute => ({ type: "FLOAT", value });
export const string = (value: string): Attribute => ({ type: "STRING", value });

/** What a value holds when the file says it, as an initializer or by a Constant node. */
export function knownTensor({ constant, producer }: Value): Tensor | undefined {
  if (constant) return tensorOf(constant);
  const value = producer?.opType === "Constant" && producer.domain === "" ? producer.attributes.value : undefined;
  return value?.type === "TENSOR" ? tensorOf(value.value) : undefined;
}
