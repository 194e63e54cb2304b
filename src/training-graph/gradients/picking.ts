// Picking elements along an axis (slices, gathers, mirroring pads), turned round: what was read gets its readers'
// gradients.
import { assert } from "../../errors.js";
import type { Ops } from "../../onnx/builder.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";
import { int64 } from "../../tensor.js";

/**
 * Of Y, whose i-th element along `axis` is X's at sources[i], the gradient by X, which has `size` elements along it. No
 * scattering, whose sums WebGPU adds up in any order: a picking again, of each element's readers.
 */
export function unpicked(op: Ops, dY: TypedValue, axis: number, sources: readonly number[], size: number): TypedValue {
  const [first = 0] = sources;
  if (sources.every((source, i) => source === first + i)) {
    return withZeros(op, dY, axis, first, size - first - sources.length);
  }
  const readers = readersOf(sources, size);
  const most = readers.reduce((most, { length }) => Math.max(most, length), 0);
  // Lists that are shorter go on with a zero, which is put behind dY.
  const isEven = readers.every(({ length }) => length === most);
  const padded = isEven ? dY : withZeros(op, dY, axis, 0, 1);
  const table = readers.flatMap((list) => [...list, ...Array<number>(most - list.length).fill(sources.length)]);
  const shape = most === 1 ? [size] : [size, most];
  const read = op.Gather(padded, op.constant("readers", int64(shape, table)), { axis });
  return most === 1 ? read : op.ReduceSum(read, op.ints(axis + 1), { keepdims: 0 });
}

function readersOf(sources: readonly number[], size: number): readonly (readonly number[])[] {
  const readers = Array.from({ length: size }, (): number[] => []);
  for (const [reader, source] of sources.entries()) {
    assert(readers[source], `element ${source} of ${size}`);
    readers[source].push(reader);
  }
  return readers;
}

/** `value` with zeros before and after it along an axis. */
function withZeros(op: Ops, value: TypedValue, axis: number, before: number, after: number): TypedValue {
  if (before === 0 && after === 0) return value;
  const along = (amount: number): number[] => value.shape.map((_, at) => (at === axis ? amount : 0));
  // The 0 is the default, but WebGPU's kernel (1.30) reads it whether it is there or not. All axes and no list of them:
  // the runtime (1.30) moves a Transpose past a Pad as if there were none.
  return op.Pad(value, op.ints(...along(before), ...along(after)), 0, undefined);
}
