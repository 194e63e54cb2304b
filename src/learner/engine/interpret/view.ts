// A network to look into: a learner's, with what it has learnt by now, or an exported one.
import type { Task } from "../../../datasets/task.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { RegraftError } from "../../../errors.js";
import type { Narrow } from "../../../heads/classifier.js";
import { cutClassifier } from "../../../heads/cut.js";
import type { ImageInput } from "../../../heads/image-input.js";
import { type LayerGroup, layerGroups } from "../../../heads/layer-groups.js";
import type { Ops } from "../../../onnx/builder.js";
import type { Evaluate } from "../../../onnx/evaluate.js";
import { type Graph, graphOf, type Model, type Value } from "../../../onnx/graph.js";
import { measureShapes } from "../../../onnx/passes/measure-shapes.js";
import { measureTypes, type ValueTypes } from "../../../onnx/passes/measure-types.js";
import type { TypedValue } from "../../../onnx/shapes/dims.js";
import type { Runtime } from "../../../runtime/session.js";
import type { ChosenDevice } from "../device/device.js";
import type { Learnt } from "../export-of.js";
import { withWeights } from "../layers/backbone.js";
import { type Workplace, workplaceOn } from "../layers/workplace.js";
import { repeated, twoPhotos } from "../model/probe-photos.js";
import { type OpenedLearner, weightsIn } from "../open-learner.js";

export interface NetworkView {
  /** Names the network in errors. */
  readonly source: string;
  readonly task: Task;
  readonly classes: readonly string[];
  readonly transform: ImageTransform;
  /** From photos to what `classify` takes. */
  readonly model: Model;
  /** Where the model is narrow, up to the features of its classifier. */
  readonly route: readonly Narrow[];
  readonly groups: readonly LayerGroup[];
  /** Of the model's values. */
  readonly types: () => Promise<ValueTypes>;
  /** From the model's output to logits [N, classes]. */
  readonly classify: (op: Ops, output: TypedValue) => TypedValue;
  /** What was learnt in place of the constants that the network came with. */
  readonly learnt: (graph: Graph) => Graph;
  readonly open: Workplace["open"];
}

interface Place {
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
}

/** @throws RegraftError "unsupported-model" for a network that insists on a number of photos. */
export function viewOfLearner(
  { pretrained, network, backbone, head, photos, device }: OpenedLearner,
  weights: Learnt,
  place: Place,
): NetworkView {
  refuseFixedBatch(network.batch, pretrained.name);
  const state = { ...weights.learnt, ...weights.state };
  const own = Object.entries(weightsIn(head, weights.state));
  const { graph } = backbone.model;
  return {
    source: pretrained.name,
    task: photos.task,
    classes: photos.classes,
    transform: network.transform,
    model: backbone.model,
    route: network.cut.route.map((narrow) => ({ ...narrow, value: asIn(graph, narrow.value) })),
    groups: backbone.groups.map((group) => ({ ...group, end: asIn(graph, group.end) })),
    types: backbone.types,
    classify: (op, features) =>
      head.forward(op, features, Object.fromEntries(own.map(([name, value]) => [name, op.constant(name, value)]))),
    learnt: (graph) => withWeights(graph, backbone.groups, state),
    open: onHost(device, place),
  };
}

/** What pooling works on was described anew when the network was cut: the node is another one then, its inputs the same. */
function asIn({ nodes }: Graph, value: Value): Value {
  const { inputs, outputs } = value.producer ?? {};
  const twin = nodes.find((node) => node.inputs === inputs);
  return twin?.outputs[outputs!.indexOf(value)] ?? value;
}

export interface OpenedNetwork {
  readonly source: string;
  readonly task: Task;
  readonly classes: readonly string[];
  readonly transform: ImageTransform;
  /** From photos to logits. */
  readonly model: Model;
  readonly image: ImageInput;
  readonly device: ChosenDevice;
  readonly evaluate: Evaluate;
}

/** @throws RegraftError "unsupported-model" for one that insists on a number of photos, "no-classifier-found" */
export async function viewOfNetwork(
  { source, task, classes, transform, model, image, device, evaluate }: OpenedNetwork,
  place: Place,
): Promise<NetworkView> {
  refuseFixedBatch(image.batch, source);
  const photos = twoPhotos(transform);
  const graph = graphOf("classifier", [image.value], [model.graph.outputs[0]!]);
  const whole = { ...model, graph };
  const { route } = await cutClassifier(graph, {
    source,
    image: image.value,
    pool: "own",
    measure: (values) => measureShapes(whole, values, { [image.value.name]: photos }, evaluate),
  });
  let types: Promise<ValueTypes> | undefined;
  return {
    ...{ source, task, classes, transform, route },
    model: whole,
    groups: layerGroups(route, { source }),
    types: () => (types ??= measureTypes(whole, (count) => repeated(photos, count), evaluate)),
    classify: (op, logits) => (logits.shape.length === 2 ? logits : op.Flatten(logits)),
    learnt: (graph) => graph,
    open: onHost(device, place),
  };
}

/** A photo at a time is little work, and gradients are beyond doubt there. */
const onHost = ({ once }: ChosenDevice, { runtime, signal }: Place): Workplace["open"] =>
  workplaceOn(runtime, { options: once }, signal).open;

function refuseFixedBatch(batch: number | undefined, source: string): void {
  if (batch === undefined) return;
  const reason = `it takes ${batch} ${batch === 1 ? "photo" : "photos"} at a time, no other number`;
  const message = `${source} cannot be looked into: ${reason}. Export it with a free batch (dynamic axes).`;
  throw new RegraftError("unsupported-model", { source, reason }, message);
}
