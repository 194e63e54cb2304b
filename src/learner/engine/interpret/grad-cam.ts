// Grad-CAM through the training graph: the network up to a feature map, and above it the class's gradient by the map, derived
// as training derives its own (Selvaraju et al. 2017, arXiv 1610.02391).
import { outputSize } from "../../../datasets/transform.js";
import { invalidArgument, listed } from "../../../errors.js";
import { above, below } from "../../../heads/divide.js";
import { createOps } from "../../../onnx/builder.js";
import { graphOf, type Model } from "../../../onnx/graph.js";
import { withoutAutoPad } from "../../../onnx/passes/auto-pad.js";
import { typed } from "../../../onnx/shapes/dims.js";
import { float32, type Tensor } from "../../../tensor.js";
import { differentiate } from "../../../training-graph/differentiate.js";
import { input } from "../../../training-graph/graph-edges.js";
import { sigmoid } from "../training/label-metrics.js";
import { argmax, softmax } from "../training/metrics.js";
import { classActivation, stretched } from "./heat-map.js";
import { overlaid } from "./overlay.js";
import { type MapPlace, mapAt } from "./places.js";
import type { NetworkView } from "./view.js";

/** A class activation map before it is a picture. */
export interface Seen {
  /** The class that was looked for. */
  readonly index: number;
  readonly probability: number;
  readonly map: Float32Array;
  readonly height: number;
  readonly width: number;
}

export interface GradCamSession {
  /**
   * @param pixels of one photo, [1, 3, H, W].
   * @param index of the class; default: the predicted one.
   */
  see(pixels: Tensor<"float32">, index?: number): Promise<Seen>;
  release(): Promise<void>;
}

/**
 * @throws RegraftError "unsupported-op" for what has no gradient; "unsupported-model", "invalid-argument" as `mapAt`, and for
 * a network of values
 */
export async function openGradCam(view: NetworkView, layer?: string): Promise<GradCamSession> {
  if (view.task === "regression")
    throw invalidArgument("the network", "one of classes or labels, for whose probability a map speaks", view.task);
  const place = mapAt(view, layer);
  const upper = await gradientModel(view, place);
  const lower = await view.open(
    { ...view.model, graph: view.learnt(below(view.model.graph, place.value)) },
    "the layers below the map",
  );
  const above = await view.open(upper, "the gradient by the map").catch(async (error) => {
    await lower.release();
    throw error;
  });
  const [mapName, chosenName] = above.inputNames as [string, string];
  const [logitsName, gradientName] = above.outputNames as [string, string];
  const classes = view.classes.length;
  const chosen = (index?: number) =>
    float32(
      [1, classes],
      Float32Array.from({ length: classes }, (_, c) => +(c === index)),
    );
  return {
    see: async (pixels, index) => {
      const map = (await lower.run({ [lower.inputNames[0]!]: pixels }))[lower.outputNames[0]!]!;
      const run = (index?: number) => above.run({ [mapName]: map, [chosenName]: chosen(index) });
      const first = await run(index);
      const logits = first[logitsName]!.data as Float32Array;
      const found = index ?? argmax(logits);
      const outputs = index === undefined ? await run(found) : first;
      const gradient = outputs[gradientName]!.data as Float32Array;
      const { height, width } = place.layout;
      return {
        index: found,
        probability: view.task === "single-label" ? softmax(logits)[found]! : sigmoid(logits[found]!),
        map: classActivation(map.data as Float32Array, gradient, place.layout),
        ...{ height, width },
      };
    },
    release: async () => {
      await lower.release();
      await above.release();
    },
  };
}

/** The map and `chosen` [N, classes], 1 at the class to look for, to logits and d(Σ chosen·logits)/d(map). */
async function gradientModel(view: NetworkView, { value }: MapPlace): Promise<Model> {
  const layers = view.learnt(withoutAutoPad(above(view.model.graph, value, await view.types())));
  const op = createOps();
  const [map] = layers.inputs;
  const logits = view.classify(op, typed(layers.outputs[0]!));
  const chosen = input("chosen", "float32", ["batch", view.classes.length]);
  const score = op.ReduceSum(op.Mul(logits, chosen), undefined, { keepdims: 0 });
  const [gradient] = differentiate(op, score, [map!]);
  return { ...view.model, graph: graphOf("grad-cam", [map!, chosen], [logits, gradient!]) };
}

/**
 * Its place among the classes.
 * @throws RegraftError "invalid-argument"
 */
export function classIndex(label: string | undefined, classes: readonly string[]): number | undefined {
  if (label === undefined) return undefined;
  const index = classes.indexOf(label);
  if (index < 0) throw invalidArgument("label", `a class: ${listed(classes)}`, label);
  return index;
}

/** What was seen over the photo, 8-bit RGB as the network sees it. */
export function seenOver(
  photo: Uint8Array,
  { map, height, width }: Seen,
  transform: NetworkView["transform"],
): Uint8Array {
  return overlaid(photo, stretched(map, { height, width }, outputSize(transform)));
}
