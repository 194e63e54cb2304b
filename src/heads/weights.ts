// Which constants of a network are learnt: what its layers multiply by and add to features, but not the numbers of formulas,
// masks, and what prepares the photo.
import type { Node, Value } from "../onnx/graph.js";
import { integerOf, nodeName } from "../onnx/node-facts.js";
import { movements } from "../onnx/passes/lookup-tables.js";
import { tensorOf } from "../onnx/tensor-data.js";
import { sizeOf } from "../tensor.js";

export interface LearntConstant {
  /** As the file spells it; unique among all that was learnt. */
  readonly name: string;
  /** A float32 constant. */
  readonly value: Value;
  /** The first node that it is for. */
  readonly node: Node;
}

export interface Weight extends LearntConstant {
  /** A kernel or matrix that features are multiplied by; not a bias, a scale, a token or a position. */
  readonly isLayer: boolean;
}

export interface Learnt {
  readonly weights: readonly Weight[];
  /** Running means and variances of batch normalisations: training may change them, gradients do not. */
  readonly statistics: readonly LearntConstant[];
}

/**
 * @param nodes the network from its image on, in order. Nodes that do not depend on the image need not be among them: what
 * repeats a class token for every photo is looked through.
 * @returns what was learnt, each constant once, in the order of its first readers.
 */
export function learntConstants(nodes: readonly Node[]): Learnt {
  const weights: Weight[] = [];
  const statistics: LearntConstant[] = [];
  const seen = new Set<Value>();
  const nameOf = uniqueNames();
  const normalised = new Set(nodes.flatMap(({ opType, inputs }) => (opType === "BatchNormalization" ? inputs[0] : [])));
  /** Values that come after the first layer: before it, constants are the mean and deviation of photos. */
  const deep = new Set<Value | undefined>();
  for (const node of nodes) {
    const found = constantsOf(node);
    const isLayer = found.some(({ role }) => role === "layer");
    if (!isLayer && !node.inputs.some((input) => deep.has(input))) continue;
    // Sizes of features are no features.
    if (node.opType !== "Shape") for (const output of node.outputs) deep.add(output);
    for (const { value, role, index } of found) {
      // Exporters give a layer that is normalised a bias of zeros.
      const isFiller = isLayer && role === "affine" && normalised.has(node.outputs[0]) && isAll(value, 0);
      if (seen.has(value) || isFiller) continue;
      seen.add(value);
      const constant = { name: nameOf(value.name || `${nodeName(node)}.${index}`), value, node };
      if (role === "statistic") statistics.push(constant);
      else weights.push({ ...constant, isLayer: role === "layer" });
    }
  }
  return { weights, statistics };
}

/** How many numbers they are. */
export const parametersOf = (weights: readonly LearntConstant[]): number =>
  weights.reduce((sum, { value }) => sum + lengthOf(value), 0);

/** What an operator does with a constant; an operand may also be a mask or belong to a formula. */
type Role = "layer" | "affine" | "operand" | "statistic";

const layer = [undefined, "layer", "affine"] as const;
const affine = [undefined, "affine", "affine"] as const;
const operands = ["operand", "operand"] as const;

/**
 * By input. Layers that are written out have their biases in Add, scales in Mul or Div. Not here: Where, Min and Max, whose
 * constants are masks and bounds; Pow, whose exponent belongs to a formula.
 */
const rolesOf: Readonly<Record<string, readonly (Role | undefined)[]>> = {
  Conv: layer,
  ConvTranspose: layer,
  Gemm: ["layer", "layer", "affine"],
  MatMul: ["layer", "layer"],
  BatchNormalization: [...affine, "statistic", "statistic"],
  InstanceNormalization: affine,
  LayerNormalization: affine,
  PRelu: affine,
  Add: operands,
  Sub: operands,
  Mul: operands,
  Div: operands,
};

interface Found {
  readonly value: Value;
  readonly role: Role;
  /** Among the node's inputs. */
  readonly index: number;
}

function constantsOf(node: Node): Found[] {
  const { domain, opType, inputs } = node;
  // Class tokens stand beside patches, before or behind them.
  const roles = opType === "Concat" ? inputs.map(() => "operand" as const) : rolesOf[opType];
  if (domain !== "" || !roles || isFixed(node)) return [];
  return inputs.flatMap((input, index) => {
    const role = roles[index];
    const value = role && constantBehind(input);
    if (value?.dtype !== "float32" || (role === "operand" && !isLearntOperand(value))) return [];
    return [{ value, role: role!, index }];
  });
}

function constantBehind(input: Value | undefined): Value | undefined {
  let value = input;
  while (value && !value.constant)
    value = value.producer && movements.has(value.producer.opType) ? value.producer.inputs[0] : undefined;
  return value;
}

/** Single numbers are those of a formula, as in GELU; masks say with two values, one of them zero, what counts. */
function isLearntOperand(value: Value): boolean {
  if (lengthOf(value) < 2) return false;
  const values = new Set<number>();
  for (const number of numbersIn(value)) {
    values.add(number);
    if (values.size > 2) return true;
  }
  return values.size === 1 || !values.has(0);
}

/** Operators that exporters put constants into which nobody has learnt. */
function isFixed(node: Node): boolean {
  const [x, first, second] = node.inputs;
  // Group normalisation: the groups are normalised without a scale and bias of their own; those of the channels follow.
  if (node.opType === "InstanceNormalization" && x?.producer?.opType === "Reshape")
    return isAll(first, 1) && isAll(second, 0);
  // Blurring before each subsampling: one and the same kernel for every channel, with no bias or one of zeros.
  if (node.opType === "Conv" && (!second || isAll(second, 0)) && (integerOf(node, "group") ?? 1) > 1)
    return isOneKernel(first);
  return false;
}

const isAll = (value: Value | undefined, wanted: number): boolean =>
  value?.constant !== undefined && numbersIn(value).every((number) => number === wanted);

/** [C, 1, ...kernel], of more than single points. */
function isOneKernel(value: Value | undefined): boolean {
  if (!value?.constant) return false;
  const numbers = numbersIn(value);
  const length = numbers.length / (value.shape![0] as number);
  return length > 1 && numbers.every((number, i) => number === numbers[i % length]);
}

/** Of a float32 constant. */
const numbersIn = ({ constant }: Value): Float32Array => tensorOf(constant!).data as Float32Array;

const lengthOf = ({ shape }: Value): number => sizeOf(shape as readonly number[]);

/** The wanted name, or with the first number behind it that makes it a new one. */
function uniqueNames(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  };
}
