// Y is X at another resolution. In every mode Y is linear in X and made axis by axis: along one, Y = M·X, and the columns of
// M are what the operator makes of unit vectors. The runtime computes them, once for a session; so there are no formulas
// of positions and weights here that might disagree with its own.
import type { Ops } from "../../onnx/builder.js";
import type { Dim } from "../../onnx/graph.js";
import type { Attributes } from "../../onnx/schema.js";
import { isNumber, knownNumbers, positive, type TypedValue } from "../../onnx/shapes/dims.js";
import { float32 } from "../../tensor.js";
import { multipliedAlong } from "./along-axis.js";
import { type Coverage, defineGradient, type Form } from "./define.js";

export const Resize = defineGradient("Resize", {
  X: ({ op, dY, ...form }) =>
    stretches(form).reduce(
      (gradient, stretch) =>
        multipliedAlong(op, transposedMatrix(op, stretch, form.attributes), gradient, stretch.axis),
      dY,
    ),
});

/** Not of a part of X, nor by a ratio that is the runtime's secret. */
export const coversResize: Coverage<"Resize"> = (form) => {
  const { sizes, scales, Y, attributes } = form;
  if (attributes.coordinate_transformation_mode === "tf_crop_and_resize") return false;
  if (sizes ? attributes.keep_aspect_ratio_policy !== "stretch" : !knownNumbers(scales)) return false;
  return stretches(form).every(({ axis, size }) => [size, ...Y.shape.slice(axis)].every(isNumber));
};

interface Stretch {
  readonly axis: number;
  /** Of X and Y along the axis. */
  readonly size: Dim;
  readonly length: Dim;
  /** Absent where the lengths alone tell. */
  readonly scale?: number | undefined;
}

/** The axes that change. */
function stretches({ X, scales, sizes, Y, attributes: { axes } }: Omit<Form<"Resize">, "roi">): Stretch[] {
  const factors = sizes ? undefined : knownNumbers(scales);
  return (axes ?? [...X.shape.keys()])
    .map((listed, i): Stretch => {
      const axis = positive(listed, X);
      return { axis, size: X.shape[axis], length: Y.shape[axis], scale: factors?.[i] };
    })
    .filter(({ size, length, scale }) => (scale === undefined ? size !== length || size === undefined : scale !== 1));
}

/** [size, length]: row by row, what becomes of a unit vector. */
function transposedMatrix(op: Ops, { size, length, scale }: Stretch, attributes: Attributes<"Resize">): TypedValue {
  const [n, m] = [size as number, length as number];
  const ones = Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  // Of four axes, as the runtime's interpolations want it.
  const unitVectors = op.constant("unit_vectors", float32([1, 1, n, n], ones));
  const scales = scale === undefined ? undefined : op.constant("scales", float32([4], [1, 1, 1, scale]));
  const sizes = scale === undefined ? op.ints(1, 1, n, m) : undefined;
  const rows = op.Resize(unitVectors, undefined, scales, sizes, { ...attributes, axes: undefined });
  return op.Reshape(rows, op.ints(n, m));
}
