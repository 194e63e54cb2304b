// Y = data[start : end : step] along some axes.
import { isNumber, knownNumbers, positive } from "../../onnx/shapes/dims.js";
import { sliceStart } from "../../onnx/shapes/movement.js";
import { type Coverage, defineGradient, type Form } from "./define.js";
import { unpicked } from "./picking.js";

export const Slice = defineGradient("Slice", {
  data: ({ op, dY, ...form }) =>
    cuts(form).reduce((gradient, { axis, sources, size }) => unpicked(op, gradient, axis, sources!, size!), dY),
});

/** Where a slice begins and how long it is must be known, unless it is a whole axis, such as a batch's. */
export const coversSlice: Coverage<"Slice"> = (form) => cuts(form).every(({ sources }) => sources);

interface Cut {
  readonly axis: number;
  /** What is kept, of how many elements; undefined where only a run can tell. */
  readonly sources?: readonly number[];
  readonly size?: number;
}

/** The axes that lose elements, or whose elements change places. */
function cuts({ data, starts, axes, steps, Y }: Form<"Slice">): Cut[] {
  const [count] = starts.shape;
  const listed = axes ? knownNumbers(axes) : isNumber(count) ? [...Array(count).keys()] : undefined;
  // Which axes it is may be computed too.
  if (!listed) return [{ axis: 0 }];
  return listed.flatMap((at, i): Cut[] => {
    const axis = positive(at, data);
    const [size, length] = [data.shape[axis], Y.shape[axis]];
    const start = knownNumbers(starts)?.[i];
    const step = steps ? knownNumbers(steps)?.[i] : 1;
    if (step === 1 && size !== undefined && size === length) return [];
    if (!isNumber(size) || !isNumber(length) || start === undefined || step === undefined) return [{ axis }];
    const first = sliceStart(size, start, step);
    return [{ axis, size, sources: Array.from({ length }, (_, k) => first + step * k) }];
  });
}
