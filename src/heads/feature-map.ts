// Finds the last feature map [N, C, H, W] of a network: what its own pooling and everything after it works on.
import type { Node, Value } from "../onnx/graph.js";
import { tensorOf } from "../onnx/tensor-data.js";
import type { Narrow } from "./classifier.js";

export interface FeatureMap {
  readonly value: Value;
  readonly channels: number;
  /** [N, H, W, C], as in networks that come from TensorFlow. */
  readonly channelsLast: boolean;
}

/**
 * @param route the bottlenecks from the image on.
 * @param index where to begin to walk back.
 * @returns undefined for networks of tokens [N, T, D], which have no map once the photo is cut into patches.
 */
export function lastFeatureMap(route: readonly Narrow[], index: number): FeatureMap | undefined {
  for (let at = index; at > 0; at--) {
    const { value, shape } = route[at]!;
    // With all but one of its axes 1, it is pooled already, however it is written.
    if (shape.slice(1).filter((size) => size > 1).length < 2) continue;
    if (shape.length === 3) return undefined;
    if (shape.length !== 4) continue;
    const channelsLast = isPooledChannelsLast(route[at + 1]?.nodes ?? []);
    return { value, channels: shape[channelsLast ? 3 : 1]!, channelsLast };
  }
  return undefined;
}

/** Whether the mean over height and width that follows takes them to be axes 1 and 2. */
function isPooledChannelsLast(nodes: readonly Node[]): boolean {
  return nodes.some(({ opType, inputs }) => {
    const axes = opType === "ReduceMean" && inputs[1]?.constant ? tensorOf(inputs[1].constant).data : [];
    const listed = Array.from(axes as ArrayLike<number | bigint>, Number).map((axis) => (axis < 0 ? axis + 4 : axis));
    return `${listed.sort()}` === "1,2";
  });
}
