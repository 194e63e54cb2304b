// Constants that say the same for every photo of a batch.
import { sizeOf, type Tensor } from "../../../tensor.js";
import { constant } from "../../emit.js";
import type { Value } from "../../graph.js";
import { tensorOf } from "../../tensor-data.js";

/**
 * The constant with one entry along `axis` instead of several equal ones; undefined when they are not equal. Floats
 * that an exporter computed may differ in how they were rounded.
 */
export function withOneRow(value: Value, axis: number): Value | undefined {
  if (!value.constant) return undefined;
  const { dtype, shape, data } = tensorOf(value.constant);
  const count = shape[axis];
  const inner = sizeOf(shape.slice(axis + 1));
  if (!count || data.length !== sizeOf(shape)) return undefined;
  if (count === 1) return value;
  const isEqual = equality(dtype, data);
  const isFirst = (i: number): boolean => Math.floor(i / inner) % count === 0;
  for (let i = 0; i < data.length; i++) if (!isFirst(i) && !isEqual(data[i], data[i - inner])) return undefined;
  const kept = (data as Float32Array).filter((_, i) => isFirst(i));
  const tensor = { dtype, shape: shape.with(axis, 1), data: kept } as Tensor;
  return constant(value.name, tensor);
}

function equality(dtype: Tensor["dtype"], data: Tensor["data"]): (a: unknown, b: unknown) => boolean {
  if (dtype !== "float32") return Object.is;
  const largest = (data as Float32Array).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return (a, b) => Object.is(a, b) || Math.abs((a as number) - (b as number)) <= 1e-6 * largest;
}
