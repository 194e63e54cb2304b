// Operators for which the runtime has no float64 kernel, by those for which it has one.
import type { Ops } from "../../src/onnx/builder.js";
import type { Value } from "../../src/onnx/graph.js";
import type { OpType } from "../../src/onnx/schema.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";

/** Takes what the builder's method of the operator takes. */
type Formula = (op: Ops, ...args: never[]) => TypedValue;

export const doubleFormulas: { readonly [O in OpType]?: Formula } = {
  // The differences are of what float32 would round.
  Cast: (op, input: Value) => op.Identity(input),
  // 2/√π · Σ (-1)ⁿ·x²ⁿ⁺¹ / (n!·(2n+1)), by Horner's rule from n = 30: exact to about 1e-15 for |x| < 1.5.
  Erf: (op, input: Value) => {
    const square = op.Mul(input, input);
    let sum = double(op, 0);
    for (let n = 30; n >= 0; n--) {
      // The term's factor, over the one that all later terms share.
      const next = op.Div(op.Mul(op.Neg(square), sum), double(op, n + 1));
      sum = op.Add(next, double(op, 1 / (2 * n + 1)));
    }
    return op.Mul(op.Mul(input, sum), double(op, 2 / Math.sqrt(Math.PI)));
  },
  GlobalMaxPool: (op, X: TypedValue) => op.ReduceMax(X, spaceOf(op, X)),
  InstanceNormalization: (op, input: TypedValue, scale: Value, B: Value, { epsilon = 1e-5 }: { epsilon?: number }) => {
    const space = spaceOf(op, input);
    const centred = op.Sub(input, op.ReduceMean(input, space));
    const variance = op.ReduceMean(op.Mul(centred, centred), space);
    const normal = op.Div(centred, op.Sqrt(op.Add(variance, double(op, epsilon))));
    const byChannel = (values: Value) => op.Reshape(values, op.ints(-1, ...input.shape.slice(2).map(() => 1)));
    return op.Add(op.Mul(normal, byChannel(scale)), byChannel(B));
  },
  Mean: (op, data_0: readonly Value[]) => op.Div(op.Sum(data_0), double(op, data_0.length)),
};

const double = (op: Ops, value: number): TypedValue =>
  op.constant("number", { dtype: "float64", shape: [], data: Float64Array.of(value) });

/** The axes behind the first two. */
const spaceOf = (op: Ops, { shape }: TypedValue): TypedValue => op.ints(...[...shape.keys()].slice(2));
