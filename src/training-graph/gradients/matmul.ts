// Y = A·B, as NumPy's matmul.  A [...batch, M, K]  B [...batch, K, N]  Y [...batch, M, N], the batches broadcast.
// A vector is a row [1, K] on the left, a column [K, 1] on the right, and its axis of 1 is gone from Y.
import type { Ops } from "../../onnx/builder.js";
import { isNumber, type TypedValue } from "../../onnx/shapes/dims.js";
import { sumTo } from "./broadcasting.js";
import { defineGradient, type Scope } from "./define.js";

export const MatMul = defineGradient("MatMul", {
  A: (scope) => {
    const { op, A } = scope;
    const { a, b, dy } = matrices(scope);
    const da = sumTo(op, op.MatMul(dy, transposed(op, b)), a);
    return a === A ? da : op.Squeeze(da, op.ints(0));
  },

  B: (scope) => {
    const { op, B } = scope;
    const { a, b, dy } = matrices(scope);
    const db = isShared(a, b) ? overAllRows(op, a, b, dy) : sumTo(op, op.MatMul(transposed(op, a), dy), b);
    return b === B ? db : op.Squeeze(db, op.ints(1));
  },
});

/** A, B and dY with the axes that vectors lack. */
function matrices({ op, A, B, dY }: Scope<"MatMul">): { a: TypedValue; b: TypedValue; dy: TypedValue } {
  const [isRow, isColumn] = [A.shape.length === 1, B.shape.length === 1];
  const withColumn = isColumn ? op.Unsqueeze(dY, op.ints(-1)) : dY;
  return {
    a: isRow ? op.Unsqueeze(A, op.ints(0)) : A,
    b: isColumn ? op.Unsqueeze(B, op.ints(1)) : B,
    dy: isRow ? op.Unsqueeze(withColumn, op.ints(-2)) : withColumn,
  };
}

/** Whether one matrix, a layer's weights, stands for a whole batch. */
const isShared = (a: TypedValue, b: TypedValue): boolean =>
  a.shape.length > 2 && b.shape.length === 2 && b.shape.every(isNumber);

/** Its gradient sums over the batch: one product of [batch·M, K]ᵀ and [batch·M, N] does so by itself. */
function overAllRows(op: Ops, a: TypedValue, { shape }: TypedValue, dy: TypedValue): TypedValue {
  const [K, N] = shape as readonly number[];
  const rows = op.Reshape(a, op.ints(-1, K!));
  return op.Gemm(rows, op.Reshape(dy, op.ints(-1, N!)), undefined, { transA: 1 });
}

function transposed(op: Ops, matrices: TypedValue): TypedValue {
  const axes = [...matrices.shape.keys()];
  const [rows, columns] = axes.slice(-2);
  return op.Transpose(matrices, { perm: [...axes.slice(0, -2), columns!, rows!] });
}
