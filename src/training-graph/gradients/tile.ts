// Y is the whole of `input`, several times along each axis: the gradient sums over the times.
import { isNumber } from "../../onnx/shapes/dims.js";
import { sumTo } from "./broadcasting.js";
import { type Coverage, defineGradient, type Form } from "./define.js";

export const Tile = defineGradient("Tile", {
  input: ({ op, dY, ...form }) => {
    const { input, Y } = form;
    const summed = longAxes(form).reduce((gradient, axis) => {
      const [size, total] = [input.shape[axis] as number, Y.shape[axis] as number];
      // [...before, times, size, ...after], of which the runtime knows what comes before.
      const after = gradient.shape.slice(axis + 1).map((dim) => (isNumber(dim) ? dim : -1));
      const before = Array<number>(axis).fill(0);
      const parted = op.Reshape(gradient, op.ints(...before, total / size, size, ...after));
      return op.ReduceSum(parted, op.ints(axis), { keepdims: 0 });
    }, dY);
    return sumTo(op, summed, input);
  },
});

/** How often is known, unless it is one element that is repeated, such as a token for every photo. */
export const coversTile: Coverage<"Tile"> = (form) =>
  longAxes(form).every((axis) => {
    const unknown = form.Y.shape.slice(axis + 1).filter((dim) => !isNumber(dim));
    return isNumber(form.input.shape[axis]) && isNumber(form.Y.shape[axis]) && unknown.length <= 1;
  });

/** The axes along which more than one element is repeated. */
const longAxes = ({ input, Y }: Pick<Form<"Tile">, "input" | "Y">): number[] =>
  [...input.shape.keys()].filter((axis) => {
    const [size, total] = [input.shape[axis], Y.shape[axis]];
    return size !== 1 && (size === undefined || size !== total);
  });
