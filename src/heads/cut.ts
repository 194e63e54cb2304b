// Finds the classifier of a pretrained network and cuts it off, or says why each candidate was refused.
import { RegraftError } from "../errors.js";
import { consumers, type Graph, graphOf, type Node, type Value, withOutputs } from "../onnx/graph.js";
import { findImageInput, type ImageInput } from "./image-input.js";

export interface Cut {
  /** The network from its image to the features [N, F]: one input, one output. */
  readonly frozen: Graph;
  readonly image: ImageInput;
  readonly featureCount: number;
  /** Classes of the classifier that was cut off. */
  readonly classes: number;
  /** Why the cut is where it is, in a sentence. */
  readonly reason: string;
}

// What may stand between the classifier and the output without changing which class wins.
const transparent = new Set(["Softmax", "LogSoftmax", "Identity", "Flatten", "Cast"]);

/**
 * Cuts before the last dense layer: a Gemm, or a MatMul with or without an Add of a bias.
 * @throws RegraftError "no-classifier-found" with the reason for every output tried.
 */
export function cutClassifier(graph: Graph, source: string): Cut {
  const image = findImageInput(graph, source);
  const readers = consumers(graph);
  const tried: string[] = [];
  for (const output of graph.outputs) {
    const found = classifierBehind(output);
    if (typeof found === "string") {
      tried.push(`output "${output.name}": ${found}`);
      continue;
    }
    const { features, weight, node, featureAxis } = found;
    const [featureCount, classes] = [weight[featureAxis]!, weight[1 - featureAxis]!];
    const others = readers.get(features)?.filter((reader) => reader !== node).length ?? 0;
    return {
      frozen: graphOf("frozen", [image.value], [described(features, featureCount)]),
      image,
      featureCount,
      classes,
      reason:
        `${describe(node)} turns the ${featureCount} features of "${features.name}" into ${classes} classes ` +
        `and is the last dense layer before "${output.name}"${others > 0 ? "; others read these features too" : ""}`,
    };
  }
  throw new RegraftError(
    "no-classifier-found",
    { source, tried },
    `Found no classifier to replace in ${source}: ${tried.join("; ") || "it has no outputs"}. ` +
      `regraft needs an image classifier that ends in a dense layer (Gemm, or MatMul and Add).`,
  );
}

/** The features with type and shape, which files need not state. */
function described(features: Value, featureCount: number): Value {
  const node = features.producer!;
  const shape = ["batch", featureCount];
  const changes = node.outputs.map((output) => (output === features ? ({ dtype: "float32", shape } as const) : {}));
  return withOutputs(node, changes)[node.outputs.indexOf(features)]!;
}

interface Dense {
  readonly node: Node;
  readonly features: Value;
  readonly weight: readonly number[];
  /** Which axis of the weight counts features. */
  readonly featureAxis: 0 | 1;
}

/** The dense layer that `output` comes from, or why there is none. */
function classifierBehind(output: Value): Dense | string {
  let node = output.producer;
  while (node && transparent.has(node.opType)) node = node.inputs[0]?.producer;
  if (!node) return "nothing computes it";
  if (node.opType === "Add") {
    const product = node.inputs.find((input) => input?.producer?.opType === "MatMul")?.producer;
    const bias = node.inputs.find((input) => input?.constant);
    if (!product || !bias) return `${describe(node)} does not add a constant bias to a MatMul`;
    node = product;
  }
  if (node.opType !== "Gemm" && node.opType !== "MatMul") return `it ends in ${describe(node)}, not in a dense layer`;
  const [features, weight] = node.inputs;
  const shape = weight?.constant && weight.shape;
  if (!features || !shape) return `the weight of ${describe(node)} is not a constant`;
  if (!features.producer) return `${describe(node)} works on ${features.name}, an input of the model`;
  if (shape.length !== 2) return `the weight of ${describe(node)} has ${shape.length} axes, not 2`;
  if (node.attributes.transA?.value === 1) return `${describe(node)} transposes its features`;
  const featureAxis = node.attributes.transB?.value === 1 ? 1 : 0;
  return { node, features, weight: shape as readonly number[], featureAxis };
}

const describe = (node: Node): string => `${node.opType} "${node.name || (node.outputs[0]?.name ?? "")}"`;
