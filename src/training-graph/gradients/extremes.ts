// Rules of the smallest and the largest of several operands, element by element.
import type { TypedValue } from "../../onnx/shapes/dims.js";
import { sumTo } from "./broadcasting.js";
import { defineGradient, type Scope } from "./define.js";

/**
 * What equals Y gets the gradient. Equals share it equally: two get half each, as in torch.maximum, n get an n-th, as in
 * torch.amax. (Folded pairwise, the first of three would get a quarter and the last a half.)
 */
function share({ op, data_0, Y, dY }: Scope<"Max"> | Scope<"Min">, index: number): TypedValue {
  const chosen = data_0.map((operand) => op.Cast(op.Equal(operand, Y), { to: dY.dtype }));
  const count = chosen.reduce((sum, one) => op.Add(sum, one));
  return sumTo(op, op.Mul(dY, op.Div(chosen[index]!, count)), data_0[index]!);
}

export const Max = defineGradient("Max", { data_0: share });

export const Min = defineGradient("Min", { data_0: share });
