// Where in a network to look: a layer group or a value by its name, as a feature map or whatever else it is.
import { invalidArgument, RegraftError } from "../../../errors.js";
import type { Narrow } from "../../../heads/classifier.js";
import { namesLike } from "../../../heads/cut.js";
import { type FeatureMap, lastFeatureMap } from "../../../heads/feature-map.js";
import type { Value } from "../../../onnx/graph.js";
import type { MapLayout } from "./heat-map.js";
import type { NetworkView } from "./view.js";

export interface Place {
  readonly name: string;
  readonly value: Value;
  /** Of one photo. */
  readonly shape: readonly number[];
  /** Where it is a feature map. */
  readonly layout: MapLayout | undefined;
}

export interface MapPlace extends Place {
  readonly layout: MapLayout;
}

type Looked = Pick<NetworkView, "route" | "groups" | "source">;

/**
 * The feature map to look at: the last one of a layer group, or the value of this name, or the last of all.
 * @throws RegraftError "invalid-argument" for a name that is none; "unsupported-model" where there is no feature map
 */
export function mapAt(view: Looked, layer?: string): MapPlace {
  const place = layer === undefined ? lastMap(view, view.route.length - 1, "") : placeAt(view, layer);
  if (place?.layout) return { ...place, layout: place.layout };
  const where = layer === undefined ? "it classifies" : `"${layer}" gives`;
  const given = (place ?? placeOf(view, view.route.length - 1)).shape;
  const reason = `${where} [${given}] of a photo, no feature map [C, H, W]`;
  const remedy = "Grad-CAM is for convolutional networks, or name another `layer`";
  throw new RegraftError(
    "unsupported-model",
    { source: view.source, reason },
    `No heat map of ${view.source}: ${reason}. ${remedy}.`,
  );
}

/**
 * The end of a layer group, or the value of this name.
 * @throws RegraftError "invalid-argument"
 */
export function placeAt(view: Looked, layer: string): Place {
  const { route, groups, source } = view;
  const group = groups.find(({ name }) => name === layer);
  if (group) return endOf(view, group.end, group.name);
  const at = route.findIndex(({ value }, i) => i > 0 && (value.name === layer || value.producer?.name === layer));
  if (at > 0) return { ...placeOf(view, at), name: layer };
  const names = groups.map(({ name }) => `"${name}"`).join(", ");
  const expected = `a layer group (${names}), or a value that all paths of the network go through`;
  const values = route.slice(1).map(({ value }) => value);
  throw invalidArgument("layer", expected, layer, `${source}: ${namesLike(layer, values)}.`);
}

/** The ends of all layer groups. */
export const groupPlaces = (view: Looked): Place[] => view.groups.map(({ name, end }) => endOf(view, end, name));

/** Pooled already, a group's last feature map says more. */
function endOf(view: Looked, end: Value, name: string): Place {
  const at = view.route.findIndex(({ value }) => value === end);
  return { ...(lastMap(view, at, name) ?? placeOf(view, at)), name };
}

function lastMap(view: Looked, index: number, name: string): Place | undefined {
  const map = lastFeatureMap(view.route, index);
  if (!map) return undefined;
  const at = view.route.findIndex(({ value }) => value === map.value);
  const place = placeOf(view, at, map);
  return { ...place, name: name || place.name };
}

function placeOf({ route }: Looked, at: number, map?: FeatureMap): Place {
  const { value, shape } = route[at]!;
  const own = shape.slice(1);
  return { name: value.name, value, shape: own, layout: layoutOf(own, route[0]!, map) };
}

/** [C, H, W], or [H, W, C] where this has the photo's proportions rather, or is pooled as such. */
function layoutOf(shape: readonly number[], { shape: photo }: Narrow, map?: FeatureMap): MapLayout | undefined {
  if (shape.length !== 3) return undefined;
  const [a, b, c] = shape as [number, number, number];
  const [, , height, width] = photo as [number, number, number, number];
  const distortion = (h: number, w: number): number => Math.abs(Math.log((h * width) / (w * height)));
  const channelsLast = map?.channelsLast || distortion(a, b) < distortion(b, c);
  return channelsLast
    ? { height: a, width: b, channels: c, channelsLast }
    : { channels: a, height: b, width: c, channelsLast: false };
}
