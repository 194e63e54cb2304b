// Puts operators that a device has no kernel for into ones that it has, so that nothing goes to the CPU and back.
import type { DType } from "../../tensor.js";
import { float32, int32 } from "../../tensor.js";
import { createOps, type Ops } from "../builder.js";
import type { Graph, Node, Value } from "../graph.js";
import { integerOf } from "../node-facts.js";
import { keepOutputNames, rewriteNodes } from "../rewrite.js";
import { type TypedValue, typed } from "../shapes/dims.js";
import { tensorOf } from "../tensor-data.js";
import { prune } from "./prune.js";

/** Undefined where this node must stay as it is. */
type Lowering = (op: Ops, node: Node, inputs: readonly TypedValue[]) => TypedValue | undefined;

const lowerings: Readonly<Record<string, Lowering>> = {
  /** x - m - log Σ exp(x - m), m the largest. */
  LogSoftmax: (op, node, [x]) => {
    const axes = op.ints(integerOf(node, "axis") ?? -1);
    const shifted = op.Sub(x!, op.ReduceMax(x!, axes));
    return op.Sub(shifted, op.Log(op.ReduceSum(op.Exp(shifted), axes)));
  },

  /** The `on` value where a class's number is the index. Indices from 0 on; classes along the last axis. */
  OneHot: (op, node, [indices, depth, values]) => {
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
    const isClass = op.Equal(op.Unsqueeze(indices!, op.ints(-1)), numbers);
    const scalar = (name: string, value: number) => op.constant(name, float32([], [value]));
    return op.Where(isClass, scalar("on", on!), scalar("off", off!));
  },
};

/**
 * The same computation, subgraphs included.
 * @param lacks whether there is no kernel for an operator on values of this type.
 */
export function lowered(graph: Graph, lacks: (opType: string, dtype: DType) => boolean): Graph {
  const op = createOps();
  const rewritten = rewriteNodes(graph, (node) => {
    const lower = node.domain === "" ? lowerings[node.opType] : undefined;
    const inputs = node.inputs.map((input) => input && typedOrNot(input));
    const first = inputs[0];
    if (!lower || !first || !lacks(node.opType, first.dtype)) return undefined;
    const value = lower(op, node, inputs as readonly TypedValue[]);
    return value && [value];
  });
  return rewritten === graph ? graph : prune(keepOutputNames(rewritten, graph.outputs));
}

const typedOrNot = (value: Value): TypedValue | undefined => (value.dtype && value.shape ? typed(value) : undefined);
