// Cuts the classifier off a pretrained network: what remains turns an image into features for a new head.
import { invalidArgument, listed, RegraftError } from "../errors.js";
import { bottlenecks } from "../onnx/bottlenecks.js";
import { createOps } from "../onnx/builder.js";
import { type Graph, graphOf, type Value } from "../onnx/graph.js";
import { describeNode } from "../onnx/node-facts.js";
import { findClassifier, type Narrow } from "./classifier.js";
import { dequantized } from "./dequantized.js";
import { lastFeatureMap } from "./feature-map.js";
import { concatPooled, pooled } from "./pooling.js";

export interface Cut {
  /** The network from its image to the features [N, F]: one input, one output. */
  readonly frozen: Graph;
  readonly featureCount: number;
  /** Where the frozen network is narrow, from the image to what the features are made of. */
  readonly route: readonly Narrow[];
  /** Classes of the classifier that was cut off, where one was looked for. */
  readonly classes: number | undefined;
  /** What that classifier gives. */
  readonly logits: Value | undefined;
  /** Why the cut is where it is, in a sentence. */
  readonly reason: string;
}

export interface CutOptions {
  /** Names the model in errors. */
  readonly source: string;
  readonly image: Value;
  /** A value, or a node for its output, to cut at instead of before the classifier: [N, F], or a map [N, C, H, W]. */
  readonly at?: string | undefined;
  /** "concat" gives mean and maximum of each channel of the last feature map, where there is one. */
  readonly pool: "own" | "concat";
  /** Shapes of values for a batch of photos, the image's own among them. */
  readonly measure: (values: readonly Value[]) => Promise<ReadonlyMap<Value, readonly number[]>>;
}

/**
 * Cuts before the last layer that makes classes: dense, or a convolution of single points whose map is averaged.
 * @throws RegraftError "no-classifier-found" with the reason for every output tried; "invalid-argument" when `at` names
 * nothing that can be cut at.
 */
export function cutClassifier(graph: Graph, options: CutOptions): Promise<Cut> {
  return options.at === undefined ? cutBeforeClassifier(graph, options) : cutAt(graph, options.at, options);
}

async function cutBeforeClassifier(graph: Graph, options: CutOptions): Promise<Cut> {
  const tried: string[] = [];
  // Networks may give hidden states beside their logits, which later nodes read.
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const preference = (output: Value): number => 2 * Number(output.name === "logits") + Number(!read.has(output));
  const outputs = graph.outputs.toSorted((a, b) => preference(b) - preference(a));
  for (const output of outputs) {
    const route = await routeTo(output, graph, options);
    const found = findClassifier(route);
    if (typeof found === "string") {
      tried.push(`output "${output.name}": ${found}`);
      continue;
    }
    const classes = route.at(-1)!.shape[1]!;
    const { gives, ...cut } = featuresAt(route, found.index, graph, options);
    const are = found.layers.length > 1 ? ["make", "are", "layers"] : ["makes", "is", "layer"];
    const named = found.layers.map(describeNode).join(" and ");
    const why = `${named} ${are[0]} ${classes} classes and ${are[1]} the last ${are[2]} before "${output.name}"`;
    return { ...cut, classes, logits: output, reason: `${why}; in its place a new head gets ${gives}` };
  }
  throw new RegraftError(
    "no-classifier-found",
    { source: options.source, tried },
    `Found no classifier to replace in ${options.source}: ${listed(tried, "; ") || "it has no outputs"}. ` +
      "If it is an image classifier or gives features, name the value to cut at with the option `cut` (--cut).",
  );
}

async function cutAt(graph: Graph, at: string, options: CutOptions): Promise<Cut> {
  const values = graph.nodes.flatMap(({ outputs }) => outputs.filter((value) => value !== undefined));
  const node = graph.nodes.find(({ name }) => name === at);
  const value = values.find(({ name }) => name === at) ?? node?.outputs.find((output) => output !== undefined);
  const refuse = (why: string) =>
    invalidArgument("cut", "the name of a value that holds features, or of its node", at, `${options.source} ${why}.`);
  if (!value) throw refuse(`has no such value; ${namesLike(at, values)}`);
  const route = await routeTo(value, graph, options);
  const { shape } = route.at(-1) ?? { shape: [] };
  if (route.length < 2) throw refuse("computes it without looking at the image");
  if ((shape.length !== 2 && shape.length !== 4) || shape[0] !== route[0]!.shape[0])
    throw refuse(`has [${shape}] there, neither [N, F] nor a map [N, C, H, W]`);
  const { gives, ...cut } = featuresAt(route, route.length - 1, graph, options);
  return {
    ...cut,
    classes: undefined,
    logits: undefined,
    reason: `the option \`cut\` names "${at}"; a new head gets ${gives}`,
  };
}

/** What somebody may have meant who wrote `at`. */
export function namesLike(at: string, values: readonly Value[]): string {
  const names = values.map(({ name }) => name).filter((name) => name !== "");
  const alike = names.filter((name) => name.toLowerCase().includes(at.toLowerCase()));
  return alike.length > 0 ? `names like it are ${listed(alike)}` : `the last ones are ${listed(names.slice(-5))}`;
}

async function routeTo(output: Value, graph: Graph, { image, measure }: CutOptions): Promise<readonly Narrow[]> {
  const route = bottlenecks(graph, image, output);
  const shapes = await measure(route.map(({ value }) => value));
  return route.map((narrow) => ({ ...narrow, shape: shapes.get(narrow.value)! }));
}

/** The network up to features made of the bottleneck at `index`, or of the last feature map before it. */
function featuresAt(
  route: readonly Narrow[],
  index: number,
  { nodes }: Graph,
  { image, pool }: CutOptions,
): Omit<Cut, "classes" | "logits" | "reason"> & { gives: string } {
  const op = createOps();
  const { value, shape } = route[index]!;
  const map = pool === "concat" ? lastFeatureMap(route, index) : undefined;
  const batch = image.shape?.[0];
  const features = map
    ? concatPooled(op, { ...map, value: dequantized(map.value, nodes) }, batch)
    : pooled(op, dequantized(value, nodes), shape, batch);
  const end = map ? route.findIndex((narrow) => narrow.value === map.value) : index;
  const featureCount = features.shape[1] as number;
  return {
    frozen: graphOf("frozen", [image], [features]),
    featureCount,
    route: route.slice(0, end + 1),
    gives: map
      ? `means and maxima of the ${map.channels} channels of "${map.value.name}", the last feature map`
      : `the ${featureCount} ${shape.length === 4 ? "channels" : "features"} of "${value.name}"${shape.length === 4 ? ", averaged" : ""}`,
  };
}
