// Puts operators that a device has no kernel for, or a wrong one, into ones that it has: nothing goes to the CPU and back.
import { type DType, float32, int32 } from "../../tensor.js";
import { createOps, type Ops } from "../builder.js";
import { constant, emit, list } from "../emit.js";
import { createNode, type Graph, type Node, type Value } from "../graph.js";
import { integerOf } from "../node-facts.js";
import { keepOutputNames, rewriteNodes } from "../rewrite.js";
import { isNumber, type TypedValue } from "../shapes/dims.js";
import { tensorOf } from "../tensor-data.js";
import { prune } from "./prune.js";

export interface Kernels {
  /** Whether there is none for an operator on values of this type. */
  lacks(opType: string, dtype: DType): boolean;
  /** Whether that of a convolution computes something else. Channels are those of a group. */
  isWrong(use: ConvolutionUse): boolean;
}

export interface ConvolutionUse {
  readonly opType: "Conv" | "ConvTranspose";
  readonly group: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** The same computation, subgraphs included. */
export function lowered(graph: Graph, kernels: Kernels): Graph {
  const op = createOps();
  const rewritten = rewriteNodes(graph, (node) => {
    const lower = node.domain === "" ? lowerings[node.opType] : undefined;
    const value = lower?.({ op, node, kernels }, node.inputs);
    return value && [value];
  });
  return rewritten === graph ? graph : prune(keepOutputNames(rewritten, graph.outputs));
}

const isTyped = (value: Value | undefined): value is TypedValue =>
  value?.dtype !== undefined && value.shape !== undefined;

interface Scene {
  readonly op: Ops;
  readonly node: Node;
  readonly kernels: Kernels;
}

/** Undefined where the node may, or must, stay as it is. */
type Lowering = (scene: Scene, inputs: Node["inputs"]) => Value | undefined;

const lowerings: Readonly<Record<string, Lowering>> = {
  /** x - m - log Σ exp(x - m), m the largest. */
  LogSoftmax: ({ op, node, kernels }, [x]) => {
    if (!isTyped(x) || !kernels.lacks("LogSoftmax", x.dtype)) return undefined;
    const axes = op.ints(integerOf(node, "axis") ?? -1);
    const shifted = op.Sub(x, op.ReduceMax(x, axes));
    return op.Sub(shifted, op.Log(op.ReduceSum(op.Exp(shifted), axes)));
  },

  /** The `on` value where a class's number is the index. Indices from 0 on; classes along the last axis. */
  OneHot: ({ op, node, kernels }, [indices, depth, values]) => {
    if (!isTyped(indices) || !kernels.lacks("OneHot", indices.dtype)) return undefined;
    if (!depth?.constant || !values?.constant || (integerOf(node, "axis") ?? -1) !== -1) return undefined;
    const classes = Number(tensorOf(depth.constant).data[0]);
    const [off, on] = tensorOf(values.constant).data as Float32Array;
    const numbers = op.constant(
      "class_numbers",
      int32(
        [classes],
        Int32Array.from({ length: classes }, (_, i) => i),
      ),
    );
    const isClass = op.Equal(op.Unsqueeze(indices, op.ints(-1)), numbers);
    const scalar = (name: string, value: number) => op.constant(name, float32([], [value]));
    return op.Where(isClass, scalar("on", on!), scalar("off", off!));
  },

  /** Other kernels are chosen with channels of zeros at the end, up to a multiple of four. W is [outputs, inputs, …]. */
  Conv: ({ node, kernels }, [x, w]) => {
    const group = integerOf(node, "group") ?? 1;
    const [outputs, inputs] = w?.shape ?? [];
    if (!x || !w || group !== 1 || !isNumber(inputs) || !isNumber(outputs)) return undefined;
    if (!kernels.isWrong({ opType: "Conv", group, inputs, outputs })) return undefined;
    const more = 4 - (inputs % 4);
    const rank = w.shape!.length;
    return withOperands(node, padded(x, rank, 1, more), padded(w, rank, 1, more));
  },

  /** One channel of zeros more in each group. W is [group · inputs, outputs, …]. */
  ConvTranspose: ({ node, kernels }, [x, w]) => {
    const group = integerOf(node, "group") ?? 1;
    const [channels, outputs, ...kernel] = w?.shape ?? [];
    const image = x?.shape?.slice(2);
    if (!x || !w || !isNumber(channels) || !isNumber(outputs) || !image?.every(isNumber)) return undefined;
    const inputs = channels / group;
    if (!kernels.isWrong({ opType: "ConvTranspose", group, inputs, outputs })) return undefined;
    const rank = w.shape!.length;
    const widened = (value: Value, axis: number, before: readonly number[], after: readonly number[]) => {
      const grouped = reshaped(value, [...before, group, inputs, ...after]);
      return reshaped(padded(grouped, rank + 1, axis + 1, 1), [...before, group * (inputs + 1), ...after]);
    };
    // 0: as many photos as there are.
    return withOperands(node, widened(x, 1, [0], image), widened(w, 0, [], [outputs, ...(kernel as number[])]));
  },
};

/** The same node on another X and W. */
function withOperands({ outputs, ...fields }: Node, x: Value, w: Value): Value {
  const { producer: _, ...description } = outputs[0]!;
  return createNode({ ...fields, inputs: [x, w, ...fields.inputs.slice(2)] }, [description]).outputs[0]!;
}

/** With zeros behind an axis. */
function padded(value: Value, rank: number, axis: number, more: number): Value {
  const pads = Array.from({ length: 2 * rank }, (_, i) => (i === rank + axis ? more : 0));
  const zero = constant("zero", float32([], [0]));
  return emit("Pad", `${value.name}_padded`, [value, list("pads", pads), zero], { dtype: "float32" });
}

const reshaped = (value: Value, shape: readonly number[]): Value =>
  emit("Reshape", `${value.name}_grouped`, [value, list("shape", shape)], { dtype: "float32" });
