// What the layers of a network say of one photo.
import { graphOf } from "../../../onnx/graph.js";
import type { Tensor } from "../../../tensor.js";
import type { Activation } from "../../interpret/interpretation.js";
import type { MapLayout } from "./heat-map.js";
import { groupPlaces, placeAt } from "./places.js";
import type { NetworkView } from "./view.js";

/**
 * @param pixels of one photo, [1, 3, H, W].
 * @param layers names, see `placeAt`; default: the ends of all layer groups.
 * @throws RegraftError "invalid-argument"
 */
export async function activationsOf(
  view: NetworkView,
  pixels: Tensor<"float32">,
  layers?: readonly string[],
): Promise<Activation[]> {
  const places = layers?.map((layer) => placeAt(view, layer)) ?? groupPlaces(view);
  const values = [...new Set(places.map(({ value }) => value))];
  const graph = view.learnt(graphOf("layers", view.model.graph.inputs, values));
  const session = await view.open({ ...view.model, graph }, "the layers");
  try {
    const outputs = await session.run({ [session.inputNames[0]!]: pixels });
    return places.map(({ name, value, shape, layout }) => {
      const data = outputs[session.outputNames[values.indexOf(value)]!]!.data as Float32Array;
      if (!layout?.channelsLast) return { name, shape, data };
      const { channels, height, width } = layout;
      return { name, shape: [channels, height, width], data: channelsFirst(data, layout) };
    });
  } finally {
    await session.release();
  }
}

function channelsFirst(data: Float32Array, { channels, height, width }: MapLayout): Float32Array {
  const places = height * width;
  return Float32Array.from(data, (_, i) => data[(i % places) * channels + Math.floor(i / places)]!);
}
