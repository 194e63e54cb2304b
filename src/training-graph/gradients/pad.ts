// Y is data with more elements around it, or fewer: negative pads crop.
import type { Ops } from "../../onnx/builder.js";
import { isNumber, knownNumbers, positive, type TypedValue } from "../../onnx/shapes/dims.js";
import { type Coverage, defineGradient, type Form } from "./define.js";
import { unpicked } from "./picking.js";

export const Pad = defineGradient("Pad", {
  data: ({ op, dY, ...form }) =>
    form.attributes.mode === "constant"
      ? op.Pad(dY, negated(op, form), 0, undefined)
      : borders(form).reduce((gradient, { axis, size, sources }) => unpicked(op, gradient, axis, sources!, size!), dY),
});

export const coversPad: Coverage<"Pad"> = (form) =>
  knownNumbers(form.pads) !== undefined &&
  (!form.axes || knownNumbers(form.axes) !== undefined) &&
  (form.attributes.mode === "constant" || borders(form).every(({ sources }) => sources));

/** Of all axes: with a list of some the runtime (1.30) reads the pads wrongly behind a Transpose, see picking.ts. */
function negated(op: Ops, { data, pads, axes }: Pick<Form<"Pad">, "data" | "pads" | "axes">): TypedValue {
  const rank = data.shape.length;
  const listed = axes ? knownNumbers(axes)!.map((axis) => positive(axis, data)) : [...data.shape.keys()];
  const amounts = Array<number>(2 * rank).fill(0);
  for (const [i, pad] of knownNumbers(pads)!.entries()) {
    const isEnd = i >= listed.length;
    amounts[listed[i % listed.length]! + (isEnd ? rank : 0)] = -pad;
  }
  return op.ints(...amounts);
}

interface Border {
  readonly axis: number;
  /** What stands where, of how many elements; undefined where their number is not known. */
  readonly size?: number;
  readonly sources?: readonly number[];
}

/** The axes that are padded with what they have. */
function borders({ data, pads, axes, attributes: { mode } }: Omit<Form<"Pad">, "Y">): Border[] {
  const amounts = knownNumbers(pads)!;
  const changed = axes ? knownNumbers(axes)! : [...data.shape.keys()];
  return changed.flatMap((listed, i): Border[] => {
    const axis = positive(listed, data);
    const size = data.shape[axis];
    const [begin, end] = [amounts[i]!, amounts[changed.length + i]!];
    if (begin === 0 && end === 0) return [];
    if (!isNumber(size)) return [{ axis }];
    // What is cropped is not mirrored either.
    const [first, last] = [Math.max(0, -begin), size - 1 - Math.max(0, -end)];
    const inside = mode === "edge" ? clamped : mirrored;
    const sources = Array.from({ length: begin + size + end }, (_, at) => inside(at - begin, first, last));
    return [{ axis, size, sources }];
  });
}

const clamped = (at: number, first: number, last: number): number => Math.min(Math.max(at, first), last);

/** The runtime refuses to pad with more than there is to mirror. */
const mirrored = (at: number, first: number, last: number): number =>
  at < first ? 2 * first - at : at > last ? 2 * last - at : at;
