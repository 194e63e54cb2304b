// Softmax, LogSoftmax and Hardmax. Before 13 they saw the input as a matrix, all axes from `axis` on being its rows.
import type { Dim, Node, Value } from "../graph.js";
import { attribute, become, int, type OperatorRules, type Rule, requiredInput } from "./rule.js";

/** Since 13 they work along the one axis `axis`, by default the last; before, along all axes from `axis` = 1 on. */
const matrixToAxis: Rule = (node, emit) => {
  const input = requiredInput(node, 0);
  const axis = attribute(node, "axis", "INT") ?? 1;
  const single = singleAxis(shapeOf(input) ?? node.outputs[0]?.shape, axis);
  if (single !== undefined) return become(node, { attributes: { ...node.attributes, axis: int(single) } });
  const matrix = emit("Flatten", [input], { axis: int(axis) });
  const rows = emit(node.opType, [matrix], { axis: int(-1) });
  return become(node, { opType: "Reshape", inputs: [rows, emit("Shape", [input])], attributes: {} });
};

export const matrixSoftmax: OperatorRules = { up: { 13: matrixToAxis } };

/** The only one of the axes from `axis` on that is longer than 1; undefined when there may be more. */
function singleAxis(shape: readonly Dim[] | undefined, axis: number): number | undefined {
  if (!shape) return axis === -1 ? -1 : undefined;
  const first = axis < 0 ? axis + shape.length : axis;
  const long = shape.flatMap((dim, i) => (i >= first && dim !== 1 ? [i] : []));
  return long.length > 1 ? undefined : (long[0] ?? shape.length - 1);
}

/** What the file says, or that it is a matrix. */
function shapeOf({ shape, producer }: Value): readonly Dim[] | undefined {
  return shape ?? (producer && isMatrix(producer) ? [undefined, undefined] : undefined);
}

const isMatrix = ({ opType, domain }: Node): boolean => domain === "" && (opType === "Gemm" || opType === "Flatten");
