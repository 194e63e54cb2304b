// What the rules of MaxPool and AveragePool share. Pools treat each channel of each photo alone: X [N, C, ...in] is a pile
// of planes [N·C, 1, ...in], Y [N, C, ...out] one of [N·C, 1, ...out], and no formula asks for N or C.
import type { Ops } from "../../onnx/builder.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";
import type { Tensor } from "../../tensor.js";
import { spatial, unread, type Window } from "./window.js";

/** [N, C, ...sizes] → [N·C, 1, ...sizes] */
export const planes = (op: Ops, value: TypedValue): TypedValue => op.Reshape(value, op.ints(-1, 1, ...spatial(value)));

/**
 * Adds up in X's shape what each window gives back to the positions it took its elements from.
 * @param shares [N·C, S, ...out], S numbers for each window.
 * @param weights [S, 1, ...kernel], how much of each share each position of the window receives.
 */
export function givenBack(
  op: Ops,
  { shares, weights, window, X }: { shares: TypedValue; weights: Tensor; window: Window; X: TypedValue },
): TypedValue {
  const { strides, dilations, begin, end } = window;
  // The windows end so far behind X; or so far before its end, if negative.
  const beyond = unread(window, spatial(X), spatial(shares)).map((rest, i) => end[i]! - rest);
  const pads = [...begin, ...beyond.map((size) => Math.max(0, size))];
  const output_padding = beyond.map((size) => Math.max(0, -size));
  const attributes = { strides, dilations, pads, output_padding };
  return op.Reshape(op.ConvTranspose(shares, op.constant("back", weights), undefined, attributes), op.Shape(X));
}
