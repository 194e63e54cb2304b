// Puts operators that a device has no kernel for, a wrong one or one of less reach, into ones that it has: nothing goes to
// the CPU and back.
import { float32, int32 } from "../../tensor.js";
import { createOps, type Ops } from "../builder.js";
import { list } from "../emit.js";
import { createNode, type Graph, type Node, type Value } from "../graph.js";
import { integerOf } from "../node-facts.js";
import { keepOutputNames, rewriteNodes } from "../rewrite.js";
import { isNumber, type TypedValue } from "../shapes/dims.js";
import { tensorOf } from "../tensor-data.js";
import { widenedConv, widenedConvTranspose } from "./lower-convolutions.js";
import type { Kernels, Lowering } from "./lowering.js";
import { prune } from "./prune.js";

/** The same computation, subgraphs included. */
export function lowered(graph: Graph, kernels: Kernels): Graph {
  const op = createOps();
  const rewritten = rewriteNodes(graph, (node) => {
    const lower = node.domain === "" ? lowerings[node.opType] : undefined;
    return lower?.({ op, node, kernels }, node.inputs);
  });
  return rewritten === graph ? graph : prune(keepOutputNames(rewritten, graph.outputs));
}

const isTyped = (value: Value | undefined): value is TypedValue =>
  value?.dtype !== undefined && value.shape !== undefined;

const areTyped = (values: Node["inputs"]): values is readonly TypedValue[] => values.every(isTyped);

const lowerings: Readonly<Record<string, Lowering>> = {
  Conv: widenedConv,
  ConvTranspose: widenedConvTranspose,

  /** x - m - log Σ exp(x - m), m the largest. */
  LogSoftmax: ({ op, node, kernels }, [x]) => {
    if (!isTyped(x) || !kernels.lacks("LogSoftmax", x.dtype)) return undefined;
    const axes = op.ints(integerOf(node, "axis") ?? -1);
    const shifted = op.Sub(x, op.ReduceMax(x, axes));
    return [op.Sub(shifted, op.Log(op.ReduceSum(op.Exp(shifted), axes)))];
  },

  Mean: ({ op, kernels }, values) =>
    areTyped(values) && kernels.lacks("Mean", values[0]!.dtype)
      ? [op.Div(added(op, values), values.length)]
      : undefined,

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
    return [op.Where(isClass, scalar("on", on!), scalar("off", off!))];
  },

  Sign: ({ op, kernels }, [x]) => {
    if (!isTyped(x) || !kernels.lacks("Sign", x.dtype)) return undefined;
    const counted = (is: TypedValue) => op.Cast(is, { to: x.dtype });
    return [op.Sub(counted(op.Greater(x, 0)), counted(op.Less(x, 0)))];
  },

  /** X [N, C, H, W], whose pixels of a block become channels: [N, block² · C, H / block, W / block]. */
  SpaceToDepth: ({ op, node, kernels }, [x]) => {
    const [C, H, W] = x?.shape?.slice(1) ?? [];
    if (!isTyped(x) || !kernels.lacks("SpaceToDepth", x.dtype)) return undefined;
    if (!isNumber(C) || !isNumber(H) || !isNumber(W)) return undefined;
    const block = integerOf(node, "blocksize")!;
    const [rows, columns] = [H / block, W / block];
    // 0: as many photos as there are.
    const blocks = op.Reshape(x, op.ints(0, C, rows, block, columns, block));
    const ordered = op.Transpose(blocks, { perm: [0, 3, 5, 1, 2, 4] });
    return [op.Reshape(ordered, op.ints(0, block ** 2 * C, rows, columns))];
  },

  /** Into fewer parts, and these into theirs. */
  Split: ({ node, kernels: { mostParts } }, [x, sizes]) => {
    const axis = integerOf(node, "axis") ?? 0;
    const lengths = sizes?.constant
      ? Array.from(tensorOf(sizes.constant).data as BigInt64Array, Number)
      : node.outputs.map((output) => output?.shape?.at(axis));
    if (node.outputs.length <= mostParts || !x || !lengths.every(isNumber)) return undefined;
    const parts = lengths.map((length, i): Part => ({ length, value: node.outputs[i] }));
    return split(x, parts, { axis, mostParts });
  },

  Sum: ({ op, kernels }, values) =>
    areTyped(values) && kernels.lacks("Sum", values[0]!.dtype) ? [added(op, values)] : undefined,
};

const added = (op: Ops, [first, ...others]: readonly TypedValue[]): TypedValue =>
  others.reduce((sum, value) => op.Add(sum, value), first!);

interface Part {
  readonly length: number;
  /** What it was before. */
  readonly value: Value | undefined;
}

function split(
  x: Value,
  parts: readonly Part[],
  { axis, mostParts }: { readonly axis: number; readonly mostParts: number },
): readonly (Value | undefined)[] {
  const size = Math.ceil(parts.length / mostParts);
  const groups = Array.from({ length: Math.ceil(parts.length / size) }, (_, i) =>
    parts.slice(i * size, (i + 1) * size),
  );
  const lengths = groups.map((group) => group.reduce((sum, { length }) => sum + length, 0));
  const descriptions = groups.map(([first, ...others], i) => {
    if (others.length > 0 || !first!.value) return { name: `${x.name}_part_${i}`, ...(x.dtype && { dtype: x.dtype }) };
    const { producer: _, ...description } = first!.value;
    return description;
  });
  const fields = { opType: "Split", domain: "", name: `${x.name}_split`, inputs: [x, list("lengths", lengths)] };
  const attributes = { axis: { type: "INT", value: axis } } as const;
  const { outputs } = createNode({ ...fields, attributes }, descriptions);
  return groups.flatMap((group, i) =>
    group.length === 1 ? outputs[i] : split(outputs[i]!, group, { axis, mostParts }),
  );
}
