import { describe, expect, it } from "vitest";
import type { Head } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import { mlpHead } from "../../src/heads/mlp.js";
import { unfrozenHead } from "../../src/heads/unfrozen.js";
import { createOps } from "../../src/onnx/builder.js";
import { float32, type Tensor } from "../../src/tensor.js";
import { largestDifference } from "../helpers/difference.js";
import {
  drawn,
  layersWith,
  learnt,
  networkWith,
  onHead,
  photos,
  running,
  type Tensors,
} from "../helpers/normed-network.js";
import { numbersOf, run } from "../helpers/run-graph.js";

const linear = linearHead({ features: 4, classes: 2 });
const linearWeights: Tensors = {
  "classifier.weight": float32([2, 4], [1, 2, 3, 4, -1, 0, 1, 2]),
  "classifier.bias": float32([2], [0.5, -0.5]),
};

/** By the network's own graph: the features, then the linear head reckoned by hand. */
async function logitsBy(tensors: Tensors, image: Tensor<"float32">): Promise<number[]> {
  const [means] = await run(networkWith(tensors).graph, { image });
  const features = numbersOf(means!);
  const { "classifier.weight": w, "classifier.bias": b } = linearWeights;
  const rows = Array.from({ length: features.length / 4 }, (_, row) => features.slice(4 * row, 4 * row + 4));
  return rows.flatMap((row) =>
    [0, 1].map((k) => row.reduce((total, x, i) => total + x * w!.data[4 * k + i]!, b!.data[k]!)),
  );
}

const forward = async (head: Head, image: Tensor<"float32">, changes: Tensors): Promise<number[]> =>
  (await onHead(head, (rows, given) => [head.forward(createOps(), rows, given)], image, changes))[0]!;

describe("unfrozenHead", () => {
  it("names and starts what is trained as it is told, before what its head has of its own", () => {
    const inner = mlpHead({ features: 4, classes: 2, hidden: [], dropout: 0.5, seed: 1 });
    const layers = layersWith(["bn2"]);
    const { parameters, buffers, masks } = unfrozenHead(layers, inner);
    const ours = Object.keys(learnt).map((name) => `net.${name}`);
    expect(Object.keys(parameters)).toEqual([...ours, ...Object.keys(inner.parameters)]);
    for (const name of ours) expect(parameters[name]).toBe(layers.start[name]);
    expect(parameters["net.conv2.weight"]).toEqual(learnt["conv2.weight"]);
    expect(buffers).toEqual({
      "net.bn2.mean": running["bn2.mean"],
      "net.bn2.variance": running["bn2.variance"],
      ...inner.buffers,
    });
    expect(masks).toBe(inner.masks);
  });

  it.each([1, 3])("is the network and its head on %i photos", async (count) => {
    const head = unfrozenHead(layersWith(["bn1"]), linear);
    const expected = await logitsBy({ ...learnt, ...running }, photos(count));
    expect(largestDifference(await forward(head, photos(count), linearWeights), expected)).toBeLessThan(1e-5);
  });

  it("is what the network would be with other weights and statistics", async () => {
    const changes = { "conv1.weight": drawn("other", [4, 3, 3, 3]), "bn2.variance": drawn("others", [4], 3) };
    const given = Object.fromEntries(Object.entries(changes).map(([name, tensor]) => [`net.${name}`, tensor]));
    const found = await forward(unfrozenHead(layersWith(["bn2"]), linear), photos(2), { ...linearWeights, ...given });
    const expected = await logitsBy({ ...learnt, ...running, ...changes }, photos(2));
    expect(largestDifference(found, expected)).toBeLessThan(1e-5);
    expect(largestDifference(found, await logitsBy({ ...learnt, ...running }, photos(2)))).toBeGreaterThan(0.1);
  });
});
