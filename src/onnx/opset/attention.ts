// Attention, written out as ONNX defines it: softmax(scale·Q·Kᵀ + mask)·V, without caches of keys and values.
//
// Inside, Q [N, heads, queries, size], K [N, heads, keys, size], V [N, heads, keys, size of values].
import type { Tensor } from "../../tensor.js";
import { list } from "../emit.js";
import type { Node, Value } from "../graph.js";
import { dtypeOfOnnx } from "../tensor-data.js";
import { castLike, castTo, elementTypeOf, scalar } from "./element-type.js";
import {
  attribute,
  become,
  type Emit,
  int,
  ints,
  knownTensor,
  type OperatorRules,
  refuse,
  requiredAttribute,
  requiredInput,
  without,
} from "./rule.js";

export const Attention: OperatorRules = {
  down: {
    23: (node, emit) => {
      if (node.inputs[4] || node.inputs[5]) refuse("it reads past_key or past_value");
      if (node.outputs.slice(1).some(Boolean)) refuse("more than its first output is used");
      const isFlat = isFlatHeads(node);
      const operand = (index: number, heads: string): Value =>
        isFlat ? splitHeads(node, index, heads, emit) : requiredInput(node, index);
      const Q = operand(0, "q_num_heads");
      const [K, V] = [operand(1, "kv_num_heads"), operand(2, "kv_num_heads")];
      const isSharing = mayShareKeys(node, isFlat);
      const keys = emit("Transpose", [isSharing ? repeatHeads(K, Q, emit) : K], { perm: ints(0, 1, 3, 2) });
      const scores = capped(node, emit("MatMul", [scaled(node, Q, isFlat, emit), keys]), emit);
      const inputs = [weights(node, masked(node, scores, Q, K, emit), emit), isSharing ? repeatHeads(V, Q, emit) : V];
      if (!isFlat) return become(node, { opType: "MatMul", inputs, attributes: {} });
      const joined = emit("Transpose", [emit("MatMul", inputs)], { perm: ints(0, 2, 1, 3) });
      return become(node, { opType: "Reshape", inputs: [joined, list("shape", [0, 0, -1])], attributes: {} });
    },
    // The number of keys that are not padding, and a mask for these only.
    24: (node) => {
      if (node.inputs[6]) refuse("it reads nonpad_kv_seqlen");
      const [width, keys] = [node.inputs[3]?.shape?.at(-1), node.inputs[1]?.shape?.at(-2)];
      const isShort = typeof width === "number" && typeof keys === "number" && width !== keys;
      if (isShort) refuse(`its mask is for ${width} of ${keys} keys`);
      return node.outputs;
    },
    // Windows: how far a query sees to either side, -1 as far as there is.
    25: (node) => {
      const sides = ["left_window_size", "right_window_size"].map((name) => attribute(node, name, "INT") ?? -1);
      if (sides.some((size) => size >= 0)) refuse(`its window is ${sides.join(", ")}`);
      return become(node, { attributes: without(node, "left_window_size", "right_window_size") });
    },
  },
};

/** [N, length, heads·size] instead of [N, heads, length, size]. Without a known rank, only there the heads are stated. */
function isFlatHeads(node: Node): boolean {
  const rank = [...node.inputs.slice(0, 3), node.outputs[0]].find((value) => value?.shape)?.shape?.length;
  return rank === undefined ? Boolean(attribute(node, "q_num_heads", "INT")) : rank === 3;
}

function splitHeads(node: Node, index: number, heads: string, emit: Emit): Value {
  const shape = list("heads", [0, 0, requiredAttribute(node, heads, "INT"), -1]);
  return emit("Transpose", [emit("Reshape", [requiredInput(node, index), shape])], { perm: ints(0, 2, 1, 3) });
}

/** Whether several heads of Q may read the same of K and V: they may unless the file says how many heads there are. */
function mayShareKeys(node: Node, isFlat: boolean): boolean {
  const [q, k] = isFlat
    ? ["q_num_heads", "kv_num_heads"].map((name) => attribute(node, name, "INT"))
    : node.inputs.slice(0, 2).map((value) => value?.shape?.[1]);
  return q === undefined || q !== k;
}

/** Each head of `value`, K or V, as often in a row as Q has heads for it. */
function repeatHeads(value: Value, Q: Value, emit: Emit): Value {
  const heads = (of: Value): Value => emit("Shape", [of], { start: int(1), end: int(2) });
  const one = list("one", [1]);
  const times = emit("Concat", [one, one, emit("Div", [heads(Q), heads(value)]), one, one], { axis: int(0) });
  const repeated = emit("Expand", [emit("Unsqueeze", [value, list("axes", [2])]), times]);
  const outer = emit("Shape", [Q], { start: int(0), end: int(2) });
  const inner = emit("Shape", [value], { start: int(2) });
  return emit("Reshape", [repeated, emit("Concat", [outer, inner], { axis: int(0) })]);
}

/** Q times `scale`, by default 1/√size. */
function scaled(node: Node, Q: Value, isFlat: boolean, emit: Emit): Value {
  const width = node.inputs[0]?.shape?.at(-1);
  const heads = isFlat ? requiredAttribute(node, "q_num_heads", "INT") : 1;
  const known = typeof width === "number" ? 1 / Math.sqrt(width / heads) : undefined;
  const scale = attribute(node, "scale", "FLOAT") ?? known;
  if (scale !== undefined) return emit("Mul", [Q, scalar("scale", scale, Q, emit)]);
  const size = castLike(emit("Shape", [Q], { start: int(3) }), Q, emit);
  return emit("Div", [Q, emit("Sqrt", [size])]);
}

/** softcap·tanh(scores/softcap); 0 is none. */
function capped(node: Node, scores: Value, emit: Emit): Value {
  const softcap = attribute(node, "softcap", "FLOAT") ?? 0;
  if (softcap === 0) return scores;
  const cap = scalar("softcap", softcap, scores, emit);
  return emit("Mul", [emit("Tanh", [emit("Div", [scores, cap])]), cap]);
}

/** -∞ where `attn_mask` or causality forbid a key; a mask of numbers is added. */
function masked(node: Node, scores: Value, Q: Value, K: Value, emit: Emit): Value {
  const mask = node.inputs[3];
  const forbid = (allowed: Value, from: Value): Value =>
    emit("Where", [allowed, from, scalar("forbidden", Number.NEGATIVE_INFINITY, scores, emit)]);
  const type = mask && elementTypeOf(mask);
  if (mask && !type) refuse("the element type of its mask is not stated");
  const seen = !mask ? scores : type === "bool" ? forbid(mask, scores) : emit("Add", [scores, mask]);
  return attribute(node, "is_causal", "INT") ? forbid(upToQuery(Q, K, emit), seen) : seen;
}

/** bool [queries, keys]: whether key j ≤ query i. */
function upToQuery(Q: Value, K: Value, emit: Emit): Value {
  const length = (of: Value): Value => emit("Shape", [of], { start: int(2), end: int(3) });
  const shape = emit("Concat", [length(Q), length(K)], { axis: int(0) });
  const yes: Tensor = { dtype: "bool", shape: [1], data: Uint8Array.of(1) };
  const all = emit("ConstantOfShape", [shape], { value: { type: "TENSOR", value: { tensor: yes } } });
  return emit("Trilu", [all], { upper: int(0) });
}

/** Softmax over the keys; nothing for a query that may see none. */
function weights(node: Node, scores: Value, emit: Emit): Value {
  const precision = attribute(node, "softmax_precision", "INT");
  const dtype = precision === undefined ? undefined : dtypeOfOnnx(precision);
  const exact = dtype ? castTo(dtype, scores, emit) : scores;
  const soft = castLike(emit("Softmax", [exact], { axis: int(-1) }), scores, emit);
  if (!mayForbidAll(node.inputs[3])) return soft;
  const best = emit("ReduceMax", [scores, list("axes", [-1])]);
  const isForbidden = emit("Equal", [best, scalar("forbidden", Number.NEGATIVE_INFINITY, scores, emit)]);
  return emit("Where", [isForbidden, scalar("nothing", 0, scores, emit), soft]);
}

/** Causality alone leaves every query its first key. */
function mayForbidAll(mask: Value | undefined): boolean {
  const numbers = mask && knownTensor(mask)?.data;
  const forbidsNone = numbers instanceof Float32Array && !numbers.includes(Number.NEGATIVE_INFINITY);
  return mask !== undefined && !forbidsNone;
}
