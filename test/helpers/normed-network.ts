// A network of two convolutions with batch norms, divided below them, and a head on it: for tests of what is trained after
// unfreezing.
import { above, below } from "../../src/heads/divide.js";
import type { Head, Values } from "../../src/heads/head.js";
import type { NamedConstant, UnfrozenLayers } from "../../src/heads/unfrozen.js";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf, type Value } from "../../src/onnx/graph.js";
import { measureTypes } from "../../src/onnx/passes/measure-types.js";
import { targetOpset } from "../../src/onnx/schema.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { normals, stream } from "../../src/random.js";
import { float32, sizeOf, type Tensor } from "../../src/tensor.js";
import { evaluate } from "./evaluate.js";
import { compute, input, numbersOf, run } from "./run-graph.js";
import { emit } from "./tiny-network.js";

export type Tensors = Readonly<Record<string, Tensor<"float32">>>;

const size = 6;
export const drawn = (name: string, shape: readonly number[], from = 0): Tensor<"float32"> =>
  float32(
    shape,
    normals(sizeOf(shape), stream(1, name)).map((value) => from + 0.5 * value),
  );
export const photos = (count: number): Tensor<"float32"> => drawn("photos", [count, 3, size, size], 0.5);

export const learnt: Tensors = {
  "conv1.weight": drawn("conv1.weight", [4, 3, 3, 3]),
  "bn1.scale": drawn("bn1.scale", [4], 1),
  "bn1.bias": drawn("bn1.bias", [4]),
  "conv2.weight": drawn("conv2.weight", [4, 1, 3, 3]),
  "bn2.scale": drawn("bn2.scale", [4], 1),
  "bn2.bias": drawn("bn2.bias", [4]),
};
export const running: Tensors = Object.fromEntries(
  ["bn1", "bn2"].flatMap((bn) => [
    [`${bn}.mean`, drawn(`${bn}.mean`, [4])],
    [`${bn}.variance`, drawn(`${bn}.variance`, [4], 2)],
  ]),
);

/** Two convolutions with batch norms above `at`, the second one beside a shortcut; features are means of channels. */
export function networkWith(tensors: Tensors) {
  const op = createOps();
  const constants = new Map(Object.entries(tensors).map(([name, tensor]) => [name, op.constant(name, tensor)]));
  const of = (name: string): TypedValue => constants.get(name)!;
  const image = input("image", ["N", 3, size, size]);
  const at = op.Tanh(image);
  const norm = (x: TypedValue, bn: string, momentum: number): TypedValue => {
    const values = ["scale", "bias", "mean", "variance"].map((name) => of(`${bn}.${name}`));
    const attributes = { momentum: { type: "FLOAT", value: momentum } } as const;
    return emit("BatchNormalization", [x, ...values], { name: bn, shape: x.shape, attributes });
  };
  const conv1 = op.Conv(at, of("conv1.weight"), undefined, { pads: [1, 1, 1, 1], strides: [2, 2] });
  const relu = op.Relu(norm(conv1, "bn1", 0.9));
  const conv2 = op.Conv(relu, of("conv2.weight"), undefined, { pads: [1, 1, 1, 1], group: 4 });
  const sum = op.Add(norm(conv2, "bn2", 0.75), relu);
  const graph = graphOf("net", [image], [op.Flatten(op.GlobalAveragePool(sum))]);
  return { constants, at, conv1, conv2, graph };
}

const network = networkWith({ ...learnt, ...running });
const named = (names: readonly string[]): NamedConstant[] =>
  names.map((name) => ({ name: `net.${name}`, value: network.constants.get(name)! }));

const model = { graph: network.graph, opsets: { "": targetOpset }, metadata: {} };
const types = await measureTypes(model, photos, evaluate);

/** What is trained above `at`; statistics by batch norms. */
export function layersWith(statisticsOf: readonly string[] = []): UnfrozenLayers {
  const weights = named(Object.keys(learnt));
  const statistics = named(statisticsOf.flatMap((bn) => [`${bn}.mean`, `${bn}.variance`]));
  const start = [...weights, ...statistics].map(({ name, value }) => [name, tensorOf(value.constant!)]);
  const graph = above(network.graph, network.at, types);
  return { graph, weights, statistics, norms: "batch", start: Object.fromEntries(start) };
}

/** The values that `build` writes of a head, on what the network below says of photos; masks keep everything. */
export async function onHead(
  head: Head,
  build: (rows: TypedValue, given: Values, masks: Values) => readonly Value[],
  image: Tensor<"float32">,
  changes: Tensors = {},
): Promise<number[][]> {
  const weights: Tensors = { ...head.parameters, ...head.buffers, ...changes };
  const given = Object.entries(weights).map(([name, { shape }]) => input(name, shape));
  const rows = input("rows", ["batch", 3 * size ** 2]);
  const masks = head.masks.map(({ name, width }) => input(name, ["batch", width], "uint8"));
  const [count] = image.shape as [number];
  const [frozen] = await run(below(network.graph, network.at), { image });
  const kept = head.masks.map(({ name, width }): [string, Tensor] => [
    name,
    { dtype: "uint8", shape: [count, width], data: new Uint8Array(count * width).fill(1) },
  ]);
  const byName = (values: readonly TypedValue[]): Values => Object.fromEntries(values.map((v) => [v.name, v]));
  const results = await compute(build(rows, byName(given), byName(masks)), [rows, ...given, ...masks], {
    ...{ ...weights, ...Object.fromEntries(kept) },
    rows: float32([count, 3 * size ** 2], frozen!.data as Float32Array),
  });
  return results.map(numbersOf);
}
