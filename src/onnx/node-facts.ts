// What a node says in plain numbers: integer attributes, and inputs that are constants.
import type { Node } from "./graph.js";
import { tensorOf } from "./tensor-data.js";

/** What a node is called: by its own name, or else by what it gives. */
export const nodeName = ({ name, outputs }: Node): string => name || (outputs.find(Boolean)?.name ?? "");

/** For messages: the operator and the node's name. */
export const describeNode = (node: Node): string => `${node.opType} "${nodeName(node)}"`;

export function integerOf({ attributes }: Node, name: string): number | undefined {
  const attribute = attributes[name];
  return attribute?.type === "INT" ? Number(attribute.value) : undefined;
}

export function integersOf({ attributes }: Node, name: string): readonly number[] | undefined {
  const attribute = attributes[name];
  return attribute?.type === "INTS" ? attribute.value.map(Number) : undefined;
}

/** The numbers of a constant input, as axes and shapes are given; undefined where it is absent, computed, or long. */
export function numbersOf({ inputs }: Node, index: number): readonly number[] | undefined {
  const constant = inputs[index]?.constant;
  const data = constant && tensorOf(constant).data;
  if (!data || data.length > MAX_NUMBERS) return undefined;
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** Shapes have no more; nobody wants a weight as a list. */
const MAX_NUMBERS = 64;

/** The axes of a reduction, squeeze or unsqueeze: an attribute before opset 13 or 18, an input since. */
export const axesOf = (node: Node): readonly number[] | undefined => numbersOf(node, 1) ?? integersOf(node, "axes");

/** An axis counted from the first dimension. */
export const counted = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
