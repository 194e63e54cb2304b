// A network to look into: the one that comes with the package, with a classifier that is trained on some photos first.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Learner } from "../../src/learner/learner.js";
import { createLearner, imageFolder, imageList } from "../../src/node.js";
import type { Graph, Node } from "../../src/onnx/graph.js";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { float32, type Tensor } from "../../src/tensor.js";
import type { Steps } from "./convolve.js";

export const exampleData = fileURLToPath(new URL("../data/fashion-mini/", import.meta.url));

/** @param photos a folder of class folders; default: a few of the examples' pictures of clothing. */
export async function trained(photos?: string): Promise<Learner> {
  const data = photos === undefined ? fewOf(exampleData) : imageFolder(photos, { validFraction: 0.2, seed: 42 });
  const learner = await createLearner({ data, worker: false });
  await learner.fitOneCycle(20, 0.02);
  return learner;
}

function fewOf(root: string) {
  const some = (split: "train" | "valid", count: number) =>
    readdirSync(join(root, split)).flatMap((label) => {
      const folder = join(root, split, label);
      const names = readdirSync(folder).sort().slice(0, count);
      return names.map((name) => ({ image: join(folder, name), label, split }));
    });
  return imageList([...some("train", 10), ...some("valid", 2)]);
}

export interface FirstLayer extends Required<Steps> {
  /** [K, 3, h, w] */
  readonly kernels: Tensor<"float32">;
  /** What the network calls its result. */
  readonly name: string;
}

/** The first convolution, as the learner exports it. */
export async function firstLayer(learner: Learner): Promise<FirstLayer> {
  const file = (await learner.exportFiles()).get("onnx/model.onnx")!;
  const { graph } = readModel(new Uint8Array(await file.arrayBuffer()), { source: "the network" });
  const conv = firstConv(graph);
  const { shape, data } = tensorOf(conv.inputs[1]!.constant!);
  return {
    kernels: float32(shape, data as Float32Array),
    name: conv.outputs[0]!.name,
    strides: numbers(conv, "strides", [1, 1]) as [number, number],
    pads: numbers(conv, "pads", [0, 0, 0, 0]) as [number, number, number, number],
  };
}

const firstConv = ({ nodes }: Graph): Node => nodes.find(({ opType }) => opType === "Conv")!;

function numbers({ attributes }: Node, name: string, otherwise: readonly number[]): readonly number[] {
  const given = attributes[name];
  return given?.type === "INTS" ? given.value.map(Number) : otherwise;
}
