// Convolutions whose kernels are wrong on a device, on other channels: with more zeros among them, other kernels are chosen.
import { float32 } from "../../tensor.js";
import { constant, emit, list } from "../emit.js";
import { createNode, type Node, type Value } from "../graph.js";
import { integerOf } from "../node-facts.js";
import { isNumber } from "../shapes/dims.js";
import type { Lowering } from "./lowering.js";

/** Channels of zeros at the end, up to a multiple of four. W is [outputs, inputs, …]. */
export const widenedConv: Lowering = ({ node, kernels }, [x, w]) => {
  const group = integerOf(node, "group") ?? 1;
  const [outputs, inputs] = w?.shape ?? [];
  if (!x || !w || group !== 1 || !isNumber(inputs) || !isNumber(outputs)) return undefined;
  if (!kernels.isWrong({ opType: "Conv", group, inputs, outputs })) return undefined;
  const more = 4 - (inputs % 4);
  const rank = w.shape!.length;
  return [withOperands(node, padded(x, rank, 1, more), padded(w, rank, 1, more))];
};

/** One channel of zeros more in each group. W is [group · inputs, outputs, …]. */
export const widenedConvTranspose: Lowering = ({ node, kernels }, [x, w]) => {
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
  return [withOperands(node, widened(x, 1, [0], image), widened(w, 0, [], [outputs, ...(kernel as number[])]))];
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
