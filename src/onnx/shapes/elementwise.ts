// Types of what is computed element by element.
import { assert } from "../../errors.js";
import type { Attributes } from "../schema.js";
import { broadcastShapes, type Operands, type ValueType } from "./dims.js";

/** As the first input is. */
export const same = ([input]: Operands): ValueType => input!;

export function broadcast(inputs: Operands): ValueType {
  const { dtype } = inputs[0]!;
  assert(
    inputs.every((input) => input!.dtype === dtype),
    `operands of types ${inputs.map((input) => input!.dtype)} do not go together`,
  );
  return { dtype, shape: broadcastOf(inputs) };
}

/** The exponent may be of another type. */
export const power = (inputs: Operands): ValueType => ({ dtype: inputs[0]!.dtype, shape: broadcastOf(inputs) });

export const compared = (inputs: Operands): ValueType => ({ dtype: "bool", shape: broadcast(inputs).shape });

export const cast = ([input]: Operands, { to }: Attributes<"Cast">): ValueType => ({ dtype: to, shape: input!.shape });

export function where([condition, X, Y]: Operands): ValueType {
  const { dtype, shape } = broadcast([X, Y]);
  return { dtype, shape: broadcastShapes(condition!.shape, shape) };
}

const broadcastOf = (inputs: Operands): ValueType["shape"] =>
  inputs.reduce<ValueType["shape"]>((shape, input) => broadcastShapes(shape, input!.shape), []);
